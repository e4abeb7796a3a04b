/** Checks of workstreams and numbers. Pure. */
import { queuesOf } from '../route.ts';
import {
  type Finding,
  idOf,
  isInactive,
  type LintRow,
  type LintWorld,
  named,
  pointed,
  textOf,
} from './rows.ts';
import { usedRuleSets } from './rule-sets.ts';

const table = 'msdyn_liveworkstream';
const finding = (
  rule: string,
  severity: Finding['severity'],
  workstream: LintRow,
  rest: string,
): Finding => ({
  rule,
  severity,
  table,
  id: idOf(table, workstream),
  message: `The workstream ${named(table, workstream)} ${rest}`,
});

/** msdyn_direction. An outbound one is a profile that representatives call with: nothing is routed by it. */
const outbound = 1;
const routing = (world: LintWorld): readonly LintRow[] =>
  world.active(table).filter((row) => row.msdyn_direction !== outbound);

/** Outbound profiles with which nobody can call (behaviour.md §3.10). */
export function unusableOutboundProfile(world: LintWorld): Finding[] {
  return world.active(table).flatMap((workstream) => {
    if (workstream.msdyn_direction !== outbound) return [];
    const of = (row: LintRow, column: string): boolean => pointed(row, column) === idOf(table, workstream);
    const calls = world
      .active('msdyn_ocvoicechannelsetting')
      .filter((row) => of(row, 'msdyn_liveworkstreamid'))
      .map((row) => world.row('msdyn_ocphonenumber', pointed(row, 'msdyn_phonenumberid')))
      .some((row) => row !== null && !isInactive(row) && row.msdyn_phoneoutboundenabled === true);
    const limits = world
      .active('msdyn_liveworkstreamcapacityprofile')
      .some((row) => of(row, 'msdyn_workstream_id'));
    if (calls && limits) return [];
    const lacks = calls
      ? 'a capacity profile: add a msdyn_liveworkstreamcapacityprofile'
      : 'a number that makes calls: add a msdyn_ocvoicechannelsetting with one whose msdyn_phoneoutboundenabled is on';
    const rest = `is an outbound profile, and nobody can call with it: it lacks ${lacks}.`;
    return finding('unusableOutboundProfile', 'error', workstream, rest);
  });
}

/** Workstreams without a fallback queue, where work goes that no rule takes; the default queue of the type stands in for
 *  it, where there is one (behaviour.md §3.3). */
export function missingFallbackQueue(world: LintWorld): Finding[] {
  return routing(world).flatMap((workstream) => {
    const id = pointed(workstream, 'msdyn_defaultqueue');
    const queue = world.row('queue', id);
    if (queue !== null && !isInactive(queue)) return [];
    const what =
      id === null
        ? 'has no fallback queue'
        : queue === null
          ? 'names a fallback queue that is not there'
          : 'has a fallback queue that is inactive';
    const [type] = queueTypes[channelOf(workstream)];
    const standsIn = world
      .active('queue')
      .find((one) => one.msdyn_isdefaultqueue === true && one.msdyn_queuetype === type);
    const where = standsIn ? `goes to the queue ${named('queue', standsIn)}` : 'is lost';
    const rest = `${what}: work that no rule takes ${where}. Set msdyn_defaultqueue to an active queue.`;
    return finding('missingFallbackQueue', standsIn ? 'warning' : 'error', workstream, rest);
  });
}

/** Workstreams without an active routing configuration. Where one is switched off that is seldom meant; where there is
 *  none, everything going to the fallback queue may be. */
export function noActiveRouting(world: LintWorld): Finding[] {
  return routing(world).flatMap((workstream) => {
    const own = world
      .all('msdyn_routingconfiguration')
      .filter((row) => pointed(row, 'msdyn_liveworkstreamid') === idOf(table, workstream));
    if (own.some((row) => row.msdyn_isactiveconfiguration === true && !isInactive(row))) return [];
    const rest =
      own.length > 0
        ? 'has no active routing configuration: all its work goes to the fallback queue. Set msdyn_isactiveconfiguration of one.'
        : 'has no routing configuration: all its work goes to the fallback queue. Add one if that is not meant.';
    return finding('noActiveRouting', own.length > 0 ? 'warning' : 'hint', workstream, rest);
  });
}

/** Channel → the type of queue its work belongs in, as queue.msdyn_queuetype. */
const queueTypes = {
  voice: [192350002, 'Voice'],
  record: [192350001, 'Entity'],
  messaging: [192350000, 'Messaging'],
} as const;
const voice = 192440000;
const records = 192350000;

/** Queues of another type than the workstream's channel needs (behaviour.md §4.3). */
export function queueTypeMismatch(world: LintWorld): Finding[] {
  return world.active(table).flatMap((workstream) => {
    const [type, name] = queueTypes[channelOf(workstream)];
    return [...queuesOfWorkstream(world, workstream)].flatMap((id) => {
      const queue = world.row('queue', id);
      if (queue === null || queue.msdyn_queuetype == null || queue.msdyn_queuetype === type) return [];
      const rest = `sends work to the queue ${named('queue', queue)}, which is of another type than its channel needs. Use a queue of type ${name}.`;
      return finding('queueTypeMismatch', 'error', workstream, rest);
    });
  });
}

function channelOf({ msdyn_streamsource: source }: LintRow): keyof typeof queueTypes {
  return source === voice ? 'voice' : source === records ? 'record' : 'messaging';
}

/** The ids of every queue that work of the workstream may be sent to by its own settings and rules. */
function queuesOfWorkstream(world: LintWorld, workstream: LintRow): ReadonlySet<string> {
  const own = ['msdyn_defaultqueue', 'msdyn_bot_queue'].map((column) => pointed(workstream, column));
  const ruled = usedRuleSets(world)
    .filter((set) => set.use === 'queue' && set.workstream === workstream)
    .flatMap(({ read }) => queuesOf(read));
  return new Set([...own, ...ruled].filter((id) => id !== null));
}

const unitBased = 192350000;

/** Workstreams whose work needs more units than any member of their queues has at all (behaviour.md §4.7). */
export function capacityAboveEveryone(world: LintWorld): Finding[] {
  return world.active(table).flatMap((workstream) => {
    const required = workstream.msdyn_capacityrequired;
    if (workstream.msdyn_capacityformat !== unitBased || typeof required !== 'number') return [];
    const queues = queuesOfWorkstream(world, workstream);
    const members = world
      .all('queuemembership')
      .filter((row) => queues.has(pointed(row, 'queueid') ?? ''))
      .map((row) => world.row('systemuser', pointed(row, 'systemuserid')))
      .filter((user) => user !== null)
      .filter((user) => user.isdisabled !== true);
    const most = Math.max(0, ...members.map((user) => Number(user.msdyn_capacity ?? 0)));
    if (members.length === 0 || required <= most) return [];
    const rest = `needs ${required} units of capacity, and nobody in its queues has more than ${most}: its work is offered to nobody. Lower msdyn_capacityrequired, or raise msdyn_capacity of its people.`;
    return finding('capacityAboveEveryone', 'error', workstream, rest);
  });
}

/** Numbers that take calls and lead to no workstream (behaviour.md §3.1). */
export function numberWithoutWorkstream(world: LintWorld): Finding[] {
  const led = new Set(
    world
      .active('msdyn_ocvoicechannelsetting')
      .filter((row) => world.row(table, pointed(row, 'msdyn_liveworkstreamid')) !== null)
      .map((row) => pointed(row, 'msdyn_phonenumberid')),
  );
  return world
    .active('msdyn_ocphonenumber')
    .filter((row) => row.msdyn_phoneinboundenabled === true && !led.has(idOf('msdyn_ocphonenumber', row)))
    .map((row) => ({
      rule: 'numberWithoutWorkstream',
      severity: 'warning',
      table: 'msdyn_ocphonenumber',
      id: idOf('msdyn_ocphonenumber', row),
      message: `The number ${textOf(row.msdyn_phonenumber) ?? named('msdyn_ocphonenumber', row)} takes calls and leads to no workstream: they are refused. Add a msdyn_ocvoicechannelsetting that names both, or switch msdyn_phoneinboundenabled off.`,
    }));
}
