/** What routing rules need: the workstream's rule sets, the context variables, the facts at each path, the queues.
 *  Source: rules.md §1, §4.4. */
import {
  type ChannelKind,
  classify,
  evaluateOverflow,
  type Fact,
  type Facts,
  guidOf,
  type LookAtQueue,
  nextTransition,
  ownOverflowSets,
  pathsOf,
  queuesOf,
  type ReadRuleSet,
  type Route,
  readRuleSet,
  routeToQueue,
  withoutMissing,
} from '../../routing/index.ts';
import { msdyn_ocphonecallengagementctx } from '../../tables/dataverse/index.ts';
import { type Guid, type Table, tables } from '../../tables/index.ts';
import type { Kind } from '../channels.ts';
import { converter } from '../set-value.ts';
import type { ContextVariable, Routing, Situation } from '../situation.ts';
import { isQueue, readFallback, readMissing } from './missing-rows.ts';
import { type QueueStates, readQueueStates } from './queue-states.ts';
import { number, numberOrNull, type RowReader, text } from './rows.ts';

/** The context variables of the workstream with the conversation's values. */
export async function readVariables(
  reader: RowReader,
  { workstream, conversation }: Omit<Situation, 'agent'>,
): Promise<readonly ContextVariable[]> {
  const records = await reader.query({
    text: `select ${contextVariable.selection}
      from "dataverse"."msdyn_ocliveworkstreamcontextvariable" v
      left join "dataverse"."msdyn_ocliveworkitemcontextitem" i
        on i."msdyn_ocliveworkstreamcontextvariableid" = v."msdyn_ocliveworkstreamcontextvariableid"
          and i."msdyn_ocliveworkitemid" = $2
      where v."msdyn_liveworkstreamid" = $1 and v."statecode" = 0`,
    values: [workstream.msdyn_liveworkstreamid, conversation.activityid],
    name: 'engine_variables',
  });
  return records.map(contextVariable.of);
}

const dataTypes = [192350000, 192350001, 192350100] as const;

/** A context variable `v` with the item `i` of a conversation: its columns in a statement, and what they say. */
export const contextVariable = {
  selection: `v."msdyn_ocliveworkstreamcontextvariableid" as id, v."msdyn_name" as name,
    v."msdyn_datatype" as type, v."msdyn_isdisplayable" as displayable,
    i."msdyn_ocliveworkitemcontextitemid" as item, i."msdyn_value" as value`,
  of: (record: Record<string, unknown>): ContextVariable => ({
    msdyn_ocliveworkstreamcontextvariableid: text(record.id),
    msdyn_name: text(record.name),
    msdyn_datatype: dataTypes.find((type) => type === record.type) ?? null,
    msdyn_isdisplayable: record.displayable === true,
    item: text(record.item),
    value: text(record.value),
  }),
} as const;

/** What routing looks at besides the conversation's rows. `row`: the whole of its own, read where a rule looks at it;
 *  `values`: the context variables as they will be after this
 *  event. `at`: the instant of the event. */
export interface RoutingMeans {
  readonly row: () => Promise<AnyRow>;
  readonly values: ReadonlyMap<string, string>;
  readonly variables: readonly ContextVariable[];
  readonly at: Date;
}

/** Reads the rules, gathers the facts they look at, and evaluates them: classification, then route to queue, then
 *  overflow before queueing (behaviour.md §4). The fallback queue ignores overflow (§3.3). */
export async function readRouting(
  reader: RowReader,
  situation: Omit<Situation, 'agent'>,
  means: RoutingMeans,
): Promise<Routing> {
  const { workstream, conversation } = situation;
  const steps = await readSteps(reader, workstream.msdyn_liveworkstreamid ?? '');
  const sets = steps.filter(({ type }) => type !== stepType.routeToQueue);
  const found = steps.find(({ type }) => type === stepType.routeToQueue) ?? null;
  const before = await readFactsAt(reader, conditionPathsOf(steps.map(({ read }) => read)), means);
  const made = sets.length === 0 ? null : classify(sets, before, converter(means.variables));
  const classification = made && withoutMissing(made, await readMissing(reader, made));
  const facts = classification?.facts ?? before;
  const id = conversation.activityid ?? '';
  const read = found?.read ?? null;
  const states = await readQueueStates(reader, queuesOf(read), ownOverflowSets(read), {
    at: means.at,
    except: id,
  });
  // What classification set counts before what stood in the rows.
  const own = conditionPathsOf([...states.ruleSets.values()]);
  const seen = new Map([...(await readFactsAt(reader, own, means)), ...facts]);
  const route = routeToQueue(read, facts, drawOf(id), lookAt(states, seen, situation.kind, means.at));
  const fallback =
    route.queue === null ? await readFallback(reader, workstream.msdyn_defaultqueue, situation.kind) : null;
  const chosen = route.queue ?? fallback?.queue ?? null;
  const config = route.overflow?.applied?.config;
  const moved = config?.action === 'queue' ? guidOf(config.data ?? '') : null;
  const astray = moved !== null && !(await isQueue(reader, moved)) ? `queue ${moved} is not there` : null;
  return {
    classification,
    route: withNotes(route, fallback?.note ?? null, astray),
    input: {
      workstream: workstream.msdyn_liveworkstreamid ?? '',
      ruleSet: found && {
        id: found.id,
        name: found.name,
        hitPolicy: 'ruleSet' in found.read ? found.read.ruleSet.hitPolicy : 'unknown',
      },
      variables: Object.fromEntries(means.values),
    },
    ruleSet: found?.id ?? null,
    chosen,
    queue: astray === null ? (moved ?? chosen) : chosen,
    figures: states.queues.get(chosen ?? '')?.figures ?? null,
    heldSkills: classification?.skills.length ? await readHeldSkills(reader, id) : [],
  };
}

/** The route with what was found out about the queues it leads to: why not the fallback queue, why not where an overflow
 *  sends. */
function withNotes(route: Route, fallback: string | null, overflow: string | null): Route {
  return {
    ...route,
    ...(fallback === null ? {} : { fallbackReason: `${route.fallbackReason}; ${fallback}` }),
    ...(overflow === null || route.overflow === null
      ? {}
      : { overflow: { ...route.overflow, notes: [...route.overflow.notes, overflow] } }),
  };
}

/** msdyn_routingconfigurationstep.msdyn_type. Skills are identified by classification rules (rules.md §1). */
const stepType = { classification: 192350000, skills: 192350001, routeToQueue: 192350002 } as const;

function lookAt(states: QueueStates, facts: Facts, kind: Kind, at: Date): LookAtQueue {
  return (id, own) => {
    const queue = states.queues.get(id);
    if (!queue) return null;
    const rules = own ?? queue.ruleSets.prequeue;
    const missing: ReadRuleSet = { fault: `the overflow rule set ${rules} is not there` };
    const read = rules === null ? null : (states.ruleSets.get(rules) ?? missing);
    const { open, size, estimatedWait } = queue.figures;
    const seen = new Map<string, readonly Fact[]>([
      ...facts,
      ['queue_prequeue.iswithinoperatinghour', [open]],
      ['queue_prequeue.currentqueuesize', [size]],
      ['queue_prequeue.estimatedwaittimeinminutes', estimatedWait === null ? [] : [estimatedWait / 60]],
    ]);
    const place = { stage: 'prequeue', channel: channelKind(kind), moved: false } as const;
    const overflow = evaluateOverflow(read, seen, states.actions, place);
    const faults = queue.hours?.faults ?? [];
    return {
      overflow: faults.length === 0 ? overflow : { ...overflow, notes: [...overflow.notes, ...faults] },
      open,
      opensOn: open || queue.hours === null ? null : nextTransition(queue.hours, at),
    };
  };
}

/** Live chat is messaging as far as overflow goes (behaviour.md §3.5). */
export const channelKind = (kind: Kind): ChannelKind => (kind === 'liveChat' ? 'messaging' : kind);

/** The skills that the conversation has already: re-routing adds to them. */
async function readHeldSkills(reader: RowReader, conversation: Guid): Promise<readonly string[]> {
  const records = await reader.query({
    text: `select "msdyn_characteristic" as id from "dataverse"."msdyn_ocliveworkitemcharacteristic"
      where "msdyn_ocliveworkitemid" = $1 and "statecode" = 0`,
    values: [conversation],
    name: 'engine_held_skills',
  });
  return records.flatMap(({ id }) => text(id) ?? []);
}

/** A number in [0, 1) for percentage splits: the random end of the conversation's own id, so that it can be replayed. */
export function drawOf(id: string): number {
  const drawn = Number.parseInt(id.slice(-8), 16);
  return Number.isNaN(drawn) ? 0 : drawn / 2 ** 32;
}

interface Step {
  readonly type: number;
  readonly id: Guid<'msdyn_decisionruleset'>;
  readonly name: string | null;
  readonly read: ReadRuleSet;
}

/** The rule sets of the active configuration, in their order; of several for route to queue the first counts. */
async function readSteps(reader: RowReader, workstream: Guid): Promise<readonly Step[]> {
  const records = await reader.query({
    text: `select r."msdyn_decisionrulesetid" as id, r."msdyn_name" as name, r."msdyn_rulesettype" as type,
        r."msdyn_rulesetdefinition" as definition, r."msdyn_disabledrules" as disabled, t."msdyn_type" as step
      from "dataverse"."msdyn_routingconfiguration" k
      join "dataverse"."msdyn_routingconfigurationstep" t
        on t."msdyn_routingconfigurationid" = k."msdyn_routingconfigurationid" and t."statecode" = 0
      join "dataverse"."msdyn_decisionruleset" r
        on r."msdyn_decisionrulesetid" = t."msdyn_rulesetid" and r."statecode" = 0
      where k."msdyn_liveworkstreamid" = $1 and k."msdyn_isactiveconfiguration" and k."statecode" = 0
        and t."msdyn_type" in (${Object.values(stepType).join(', ')})
      order by t."msdyn_steporder" nulls first, t."msdyn_routingconfigurationstepid"`,
    values: [workstream],
    name: 'engine_rules',
  });
  return records.map((record) => {
    const declarative = (numberOrNull(record.type) ?? 192350000) === 192350000;
    return {
      type: number(record.step),
      id: text(record.id) ?? '',
      name: text(record.name),
      read: declarative
        ? readRuleSet(text(record.definition), text(record.disabled))
        : { fault: `rule sets of type ${number(record.type)} are not there` },
    };
  });
}

type AnyRow = { readonly [column: string]: unknown };

/** The paths that the conditions of some rule sets look at. */
export const conditionPathsOf = (reads: readonly (ReadRuleSet | null)[]): readonly string[] => [
  ...new Set(reads.flatMap((read) => (read === null || 'fault' in read ? [] : pathsOf(read.ruleSet)))),
];

/** The facts of a conversation at the paths; a path that leads nowhere is not among them. */
export async function readFactsAt(
  reader: RowReader,
  paths: readonly string[],
  { row, values, variables }: Pick<RoutingMeans, 'row' | 'values' | 'variables'>,
): Promise<Facts> {
  const facts = new Map<string, readonly Fact[]>();
  const ofOwn = paths.some((path) => path.startsWith('msdyn_ocliveworkitem.'));
  const own = ofOwn ? await row() : {};
  for (const path of paths) {
    const [key = '', ...rest] = path.split('.');
    const found =
      key === 'liveworkitemcontext'
        ? ofVariable(rest.join('.'), values, variables)
        : key === 'msdyn_ocliveworkitem'
          ? await ofRow(reader, 'msdyn_ocliveworkitem', own, rest)
          : null;
    if (found) facts.set(path, found);
  }
  return facts;
}

function ofVariable(
  name: string,
  values: ReadonlyMap<string, string>,
  variables: readonly ContextVariable[],
): readonly Fact[] | null {
  const variable = variables.find(({ msdyn_name }) => msdyn_name === name);
  if (!variable) return null;
  const value = values.get(name);
  if (value === undefined) return [];
  return [variable.msdyn_datatype === 192350001 ? Number(value) : value];
}

/** A column of the row, or of a row it points to, two lookups deep at most (rules.md §4.4). Null: no such path. */
async function ofRow(
  reader: RowReader,
  tableName: string,
  row: AnyRow,
  path: readonly string[],
): Promise<readonly Fact[] | null> {
  const table: Table | undefined = tables.get(tableName);
  const [first = '', ...rest] = path;
  if (!table || path.length > 3) return null;
  if (rest.length === 0) return first in table.columns ? toFacts(row[first]) : null;
  if (first === contextRelation) return ofContext(reader, row, rest);
  const relation = table.relationships.find(
    ({ navigation }) => navigation.toLowerCase() === first.toLowerCase(),
  );
  const target = relation && tables.get(relation.target);
  if (!relation || !target) return null;
  const value = row[relation.column];
  const id = isReference(value) ? (value.table === relation.target ? value.id : null) : text(value);
  const next = id === null ? null : await reader.row(target, id);
  return ofRow(reader, target.logicalName, next ?? {}, rest);
}

/** The engagement context is addressed by the schema name of its relation. */
const contextRelation = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';

async function ofContext(
  reader: RowReader,
  row: AnyRow,
  [column = '']: readonly string[],
): Promise<readonly Fact[] | null> {
  if (!(column in msdyn_ocphonecallengagementctx.columns)) return null;
  const records = await reader.query({
    text: 'select * from "dataverse"."msdyn_ocphonecallengagementctx" where "msdyn_liveworkitemid" = $1',
    values: [row.activityid],
  });
  return records.flatMap((record) => toFacts(record[column]));
}

function toFacts(value: unknown): readonly Fact[] {
  if (Array.isArray(value)) return value.flatMap(toFacts);
  if (isReference(value)) return [value.id];
  const isFact = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isFact || value instanceof Date ? [value] : [];
}

function isReference(value: unknown): value is { readonly table: string; readonly id: string } {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value;
}
