/** The IVR interpreter: a step machine that decides and does nothing itself. (flow, state, input) → state and actions.
 *
 *    saying ──played──▶ listening ──timeout──▶ saying (next attempt) … otherwise
 *      │  key                │ key
 *      └────────▶ next step ◀┘            transfer | hangup ──▶ over
 *
 *  A key typed while something is being said interrupts it (barge-in); typed during a plain announcement it is carried
 *  on to the question that follows. Source: voice.md §4. */
import type { Collect, Flow, Menu, Step, Variables } from './flow.ts';

/** Where a run stands. `pending`: variables set and not yet told to the engine. */
export interface IvrState {
  readonly step: string;
  readonly phase: 'saying' | 'listening' | 'over';
  readonly attempt: number;
  readonly typed: string;
  readonly pending: Variables;
}

/** What can happen to a run. `timeout`: the last `listen` ran out. */
export type IvrInput =
  | { readonly type: 'played' }
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'timeout' };

/** What to do, in order. `listen` (re)starts the one timer; `say`, `transfer` and `hangup` end it. */
export type IvrAction =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'hush' }
  | { readonly type: 'listen'; readonly seconds: number }
  | { readonly type: 'set'; readonly variables: Variables }
  | { readonly type: 'transfer'; readonly variables: Variables }
  | { readonly type: 'hangup' };

/** The outcome of one input. */
export interface IvrTurn {
  readonly state: IvrState;
  readonly actions: readonly IvrAction[];
}

/** Starts a run at the flow's first step. */
export function begin(flow: Flow): IvrTurn {
  return enter(flow, flow.start, {}, null);
}

/** One input. An input that does not fit the phase changes nothing. */
export function advance(flow: Flow, state: IvrState, input: IvrInput): IvrTurn {
  const step = flow.steps.get(state.step);
  if (state.phase === 'over' || step === undefined) return { state, actions: [] };
  switch (input.type) {
    case 'played':
      return state.phase === 'saying' ? played(flow, state, step) : { state, actions: [] };
    case 'timeout':
      return state.phase === 'listening' ? timedOut(flow, state, step) : { state, actions: [] };
    case 'key':
      return interrupt(state, typed(flow, state, step, input.key));
  }
}

function played(flow: Flow, state: IvrState, step: Step): IvrTurn {
  if (step.kind === 'say') return enter(flow, step.next, state.pending, null);
  return listen(state, step);
}

function listen(state: IvrState, step: Step): IvrTurn {
  const seconds = step.kind === 'menu' || step.kind === 'collect' ? step.timeoutSeconds : 0;
  return { state: { ...state, phase: 'listening' }, actions: [{ type: 'listen', seconds }] };
}

function timedOut(flow: Flow, state: IvrState, step: Step): IvrTurn {
  if (step.kind === 'collect') return collected(flow, state, step);
  return step.kind === 'menu' ? again(flow, state, step) : { state, actions: [] };
}

function typed(flow: Flow, state: IvrState, step: Step, key: string): IvrTurn {
  switch (step.kind) {
    case 'say':
      return enter(flow, step.next, state.pending, key);
    case 'menu': {
      const target = targetOf(step, key);
      return target === null ? again(flow, state, step) : enter(flow, target, state.pending, null);
    }
    case 'collect': {
      if (key === step.terminator) return collected(flow, state, step);
      const entered = { ...state, typed: state.typed + key };
      return entered.typed.length >= step.max ? collected(flow, entered, step) : listen(entered, step);
    }
    default:
      return { state, actions: [] };
  }
}

const targetOf = (menu: Menu, key: string): string | null =>
  Object.hasOwn(menu.keys, key) ? (menu.keys[key] ?? null) : null;

/** Whether a carried key means something to this question; one that does not is dropped and the prompt is said. */
const takes = (step: Menu | Collect, key: string): boolean =>
  step.kind === 'menu' ? targetOf(step, key) !== null : key !== step.terminator;

function collected(flow: Flow, state: IvrState, step: Collect): IvrTurn {
  if (state.typed === '') return again(flow, state, step);
  return enter(flow, step.next, { ...state.pending, [step.into]: state.typed }, null);
}

function again(flow: Flow, state: IvrState, step: Menu | Collect): IvrTurn {
  const attempt = state.attempt + 1;
  if (attempt >= step.attempts) return enter(flow, step.otherwise, state.pending, null);
  return {
    state: { ...state, phase: 'saying', attempt, typed: '' },
    actions: [{ type: 'say', text: step.prompt }],
  };
}

/** A key stops what is being said, unless something else is said at once (a new play replaces the old). */
function interrupt(before: IvrState, turn: IvrTurn): IvrTurn {
  const speaks = turn.actions.some(({ type }) => type === 'say');
  if (before.phase !== 'saying' || speaks) return turn;
  return { state: turn.state, actions: [{ type: 'hush' }, ...turn.actions] };
}

/** Walks from step to step until one waits or the flow is over. `carried`: a key typed during an announcement, offered
 *  to the first question on the way; announcements before it are skipped, each at most once so that a ring ends. */
function enter(flow: Flow, name: string, pending: Variables, carried: string | null): IvrTurn {
  const skipped = new Set<string>();
  let at = name;
  let variables = pending;
  for (;;) {
    const step = flow.steps.get(at);
    const state: IvrState = { step: at, phase: 'saying', attempt: 0, typed: '', pending: {} };
    if (step === undefined || step.kind === 'hangup')
      return over(state, [...tell(variables), { type: 'hangup' }]);
    if (step.kind === 'transfer') return over(state, [{ type: 'transfer', variables }]);
    if (step.kind === 'set') {
      variables = { ...variables, ...step.variables };
      at = step.next;
    } else if (step.kind === 'say') {
      if (carried === null || skipped.has(at))
        return { state, actions: [...tell(variables), { type: 'say', text: step.text }] };
      skipped.add(at);
      at = step.next;
    } else {
      if (carried !== null && takes(step, carried))
        return typed(flow, { ...state, pending: variables }, step, carried);
      return { state, actions: [...tell(variables), { type: 'say', text: step.prompt }] };
    }
  }
}

const over = (state: IvrState, actions: readonly IvrAction[]): IvrTurn => ({
  state: { ...state, phase: 'over' },
  actions,
});

/** Variables are told when the flow next waits or ends; a transfer carries them itself, in the same transaction. */
const tell = (variables: Variables): IvrAction[] =>
  Object.keys(variables).length === 0 ? [] : [{ type: 'set', variables }];
