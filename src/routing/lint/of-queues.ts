/** Checks of queues: who works them, where their overflow leads. Pure. */
import {
  actionIdsOf,
  type ChannelKind,
  lapseFaultOf,
  misfitOf,
  type OverflowStage,
  overflowActions,
} from '../overflow.ts';
import { type ReadRuleSet, readRuleSet } from '../route.ts';
import { guidOf, type Rule } from '../rules.ts';
import { type Finding, idOf, type LintRow, type LintWorld, named, pointed, textOf } from './rows.ts';
import { rulesOf } from './rule-sets.ts';

/** Queues for conversations that nobody is a member of, so that their work waits for ever (behaviour.md §4.3). */
export function queueWithoutMembers(world: LintWorld): Finding[] {
  const manned = new Set(world.all('queuemembership').map((row) => pointed(row, 'queueid')));
  return world
    .active('queue')
    .filter((queue) => queue.msdyn_isomnichannelqueue === true && !manned.has(idOf('queue', queue)))
    .map((queue) => ({
      rule: 'queueWithoutMembers',
      severity: 'warning',
      table: 'queue',
      id: idOf('queue', queue),
      message: `Nobody is a member of the queue ${named('queue', queue)}: work in it is offered to nobody. Add members, or deactivate the queue.`,
    }));
}

const custom = 192350002;
const assignmentRules = 192350002;

/** Queues whose custom method has no assignment rules, so that nobody gets their work, and rules of queues with another
 *  method, which nothing looks at (behaviour.md §4.3, §4.5). */
export function assignmentRulesUnused(world: LintWorld): Finding[] {
  return world.active('queue').flatMap((queue): Finding[] => {
    const id = idOf('queue', queue);
    const configurations = world
      .active('msdyn_assignmentconfiguration')
      .filter((row) => row.msdyn_isactiveconfiguration === true && pointed(row, 'msdyn_queueid') === id)
      .map((row) => idOf('msdyn_assignmentconfiguration', row));
    const steps = world
      .active('msdyn_assignmentconfigurationstep')
      .filter((step) => configurations.includes(pointed(step, 'msdyn_assignmentconfigurationid') ?? ''));
    const found = { rule: 'assignmentRulesUnused', table: 'queue', id } as const;
    const name = named('queue', queue);
    if (queue.msdyn_assignmentstrategy !== custom) {
      if (steps.length === 0) return [];
      const message = `The queue ${name} has rules for prioritisation or assignment, and a method that does not look at them. Set msdyn_assignmentstrategy to Custom, or take the rules out.`;
      return [{ ...found, severity: 'hint', message }];
    }
    if (steps.some(({ msdyn_type: type }) => type === assignmentRules)) return [];
    const message = `The queue ${name} assigns by rules of its own and has none: its work is offered to nobody. Add an assignment rule set, or choose another method.`;
    return [{ ...found, severity: 'error', message }];
  });
}

/** Chains of queues by the overflow action "transfer to a different queue" that come back to where they began. Each loop
 *  once (behaviour.md §3.5). */
export function overflowLoop(world: LintWorld): Finding[] {
  const next = new Map(world.active('queue').map((queue) => [idOf('queue', queue), leadsTo(world, queue)]));
  const found = new Map<string, Finding>();
  for (const start of next.keys()) {
    const loop = loopFrom(start, next);
    if (loop === null) continue;
    const key = [...loop].sort().join();
    if (found.has(key)) continue;
    const names = [...loop, start].map((id) => named('queue', world.row('queue', id) ?? {}));
    found.set(key, {
      rule: 'overflowLoop',
      severity: 'error',
      table: 'queue',
      id: start,
      message: `Overflow goes round in a loop: ${names.join(' → ')}. Let one of them do something else, as voicemail, or keep its work.`,
    });
  }
  return [...found.values()];
}

const channels: ReadonlyMap<unknown, ChannelKind> = new Map([
  [192350000, 'messaging'],
  [192350001, 'record'],
  [192350002, 'voice'],
]);

/** Overflow rules that are never done, or act at a time that cannot be set, in a queue of their channel
 *  (behaviour.md §3.5). */
export function overflowOfOtherChannel(world: LintWorld): Finding[] {
  return world.active('queue').flatMap((queue) => {
    const channel = channels.get(queue.msdyn_queuetype);
    if (channel === undefined) return [];
    return overflowsOf(world, queue).flatMap(({ stage, read }) =>
      rulesOf(read).flatMap((rule): Finding[] => {
        const fault =
          actionsOf(world, rule)
            .map((action) => misfitOf(rule, action, { stage, channel, moved: false }))
            .find((misfit) => misfit !== null) ?? lapseFaultOf(rule, channel);
        if (fault == null) return [];
        const message = `The overflow rule "${rule.name}" is not for the queue ${named('queue', queue)}: ${fault}. Change the rule, or take it out.`;
        const found = { table: 'queue', id: idOf('queue', queue), message } as const;
        return [{ rule: 'overflowOfOtherChannel', severity: 'error', ...found }];
      }),
    );
  });
}

const actionsOf = (world: LintWorld, rule: Rule) =>
  actionIdsOf(alone(rule)).flatMap((id) => {
    const action = world.row('msdyn_overflowactionconfig', id)?.msdyn_overflowactiontype;
    return overflowActions.get(Number(action)) ?? [];
  });

const alone = (rule: Rule): ReadRuleSet => ({
  ruleSet: { hitPolicy: 'all', rules: [rule] },
  disabled: new Set(),
});

const overflowColumns: readonly (readonly [OverflowStage, string])[] = [
  ['prequeue', 'msdyn_prequeueoverflowrulesetid'],
  ['inqueue', 'msdyn_inqueueoverflowrulesetid'],
];

/** The overflow rule sets of a queue. */
const overflowsOf = (world: LintWorld, queue: LintRow) =>
  overflowColumns.flatMap(([stage, column]) => {
    const set = world.row('msdyn_decisionruleset', pointed(queue, column));
    if (set === null) return [];
    return [
      { stage, read: readRuleSet(textOf(set.msdyn_rulesetdefinition), textOf(set.msdyn_disabledrules)) },
    ];
  });

function leadsTo(world: LintWorld, queue: LintRow): readonly string[] {
  const sets = overflowsOf(world, queue).map(({ read }) => read);
  return sets.flatMap(actionIdsOf).flatMap((id) => {
    const action = world.row('msdyn_overflowactionconfig', id);
    const isTransfer = overflowActions.get(Number(action?.msdyn_overflowactiontype)) === 'queue';
    return isTransfer ? (guidIn(action?.msdyn_overflowactiondata) ?? []) : [];
  });
}

/** The action's data is the queue's id, alone or within JSON. */
function guidIn(data: unknown): string | null {
  const found = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(textOf(data) ?? '');
  return found === null ? null : guidOf(found[0]);
}

/** The shortest way from `start` back to it, without its end; null when there is none. */
function loopFrom(start: string, next: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const way of ways)
      for (const queue of next.get(way.at(-1) ?? '') ?? []) {
        if (queue === start) return way;
        if (seen.has(queue)) continue;
        seen.add(queue);
        longer.push([...way, queue]);
      }
    ways = longer;
  }
  return null;
}
