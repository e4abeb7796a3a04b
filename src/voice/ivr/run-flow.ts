/** Runs a flow on a live call: feeds the interpreter with what happens and carries out what it decides. */
import { advance, begin, type IvrAction, type IvrInput, type IvrState, type IvrTurn } from './advance.ts';
import type { Flow, Variables } from './flow.ts';

/** Runs a function later; the result calls it off. */
export type Schedule = (ms: number, fire: () => void) => () => void;

/** What a run needs of the call it runs on. `say` replaces what is being said and calls back when it has been said to
 *  its end, never after a newer `say` or `hush`. */
export interface IvrPorts {
  say(text: string, said: () => void): void;
  hush(): void;
  set(variables: Variables): void;
  transfer(variables: Variables): void;
  hangup(): void;
  readonly schedule: Schedule;
}

/** A run in progress. `stop` ends it without a word: the call was taken away or is over. */
export interface IvrRun {
  key(key: string): void;
  stop(): void;
}

/** Starts the flow at its first step. */
export function runFlow(flow: Flow, ports: IvrPorts): IvrRun {
  let state: IvrState;
  let stopped = false;
  let callOff = (): void => {};
  /** Raised with every utterance, so that the end of an interrupted one is not taken for the end of the next. */
  let utterance = 0;

  const take = (turn: IvrTurn): void => {
    state = turn.state;
    for (const action of turn.actions) act(action);
  };
  const feed = (input: IvrInput): void => {
    if (!stopped) take(advance(flow, state, input));
  };
  const act = (action: IvrAction): void => {
    if (action.type !== 'set') callOff();
    if (action.type === 'say' || action.type === 'hush') utterance++;
    if (action.type === 'say') {
      const mine = utterance;
      ports.say(action.text, () => {
        if (mine === utterance) feed({ type: 'played' });
      });
    } else if (action.type === 'hush') ports.hush();
    else if (action.type === 'listen')
      callOff = ports.schedule(action.seconds * 1000, () => feed({ type: 'timeout' }));
    else if (action.type === 'set') ports.set(action.variables);
    else if (action.type === 'transfer') ports.transfer(action.variables);
    else ports.hangup();
  };

  const first = begin(flow);
  state = first.state;
  take(first);
  return {
    key: (key) => feed({ type: 'key', key }),
    stop: () => {
      stopped = true;
      callOff();
    },
  };
}
