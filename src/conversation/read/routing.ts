/** What route-to-queue rules need: the workstream's rule set, the context variables, and the facts at each path.
 *  Source: rules.md §1, §4.4. */
import {
  type Fact,
  type Facts,
  pathsOf,
  type ReadRuleSet,
  readRuleSet,
  routeToQueue,
} from '../../routing/index.ts';
import { msdyn_ocphonecallengagementctx } from '../../tables/dataverse/index.ts';
import { type Guid, type Table, tables } from '../../tables/index.ts';
import type { ContextVariable, Routing, Situation } from '../situation.ts';
import { number, numberOrNull, type RowReader, text } from './rows.ts';

/** The context variables of the workstream with the conversation's values. */
export async function readVariables(
  reader: RowReader,
  { workstream, conversation }: Omit<Situation, 'agent'>,
): Promise<readonly ContextVariable[]> {
  const records = await reader.query({
    text: `select v."msdyn_ocliveworkstreamcontextvariableid" as id, v."msdyn_name" as name,
        v."msdyn_datatype" as type, v."msdyn_isdisplayable" as displayable,
        i."msdyn_ocliveworkitemcontextitemid" as item, i."msdyn_value" as value
      from "dataverse"."msdyn_ocliveworkstreamcontextvariable" v
      left join "dataverse"."msdyn_ocliveworkitemcontextitem" i
        on i."msdyn_ocliveworkstreamcontextvariableid" = v."msdyn_ocliveworkstreamcontextvariableid"
          and i."msdyn_ocliveworkitemid" = $2
      where v."msdyn_liveworkstreamid" = $1 and v."statecode" = 0`,
    values: [workstream.msdyn_liveworkstreamid, conversation.activityid],
    name: 'engine_variables',
  });
  return records.map((record) => ({
    msdyn_ocliveworkstreamcontextvariableid: text(record.id),
    msdyn_name: text(record.name),
    msdyn_datatype: dataTypes.find((type) => type === record.type) ?? null,
    msdyn_isdisplayable: record.displayable === true,
    item: text(record.item),
    value: text(record.value),
  }));
}

const dataTypes = [192350000, 192350001, 192350100] as const;

/** Reads the rules, gathers the facts they look at, and evaluates them. `values`: the context variables as they will
 *  be after this event. */
export async function readRouting(
  reader: RowReader,
  situation: Omit<Situation, 'agent'>,
  row: { readonly [column: string]: unknown },
  values: ReadonlyMap<string, string>,
  variables: readonly ContextVariable[],
): Promise<Routing> {
  const { workstream, conversation } = situation;
  const found = await readRules(reader, workstream.msdyn_liveworkstreamid ?? '');
  const facts = found ? await readFacts(reader, found.read, row, values, variables) : new Map();
  return {
    route: routeToQueue(found?.read ?? null, facts, drawOf(conversation.activityid ?? '')),
    input: {
      workstream: workstream.msdyn_liveworkstreamid ?? '',
      ruleSet: found && {
        id: found.id,
        name: found.name,
        hitPolicy: 'ruleSet' in found.read ? found.read.ruleSet.hitPolicy : 'unknown',
      },
      variables: Object.fromEntries(values),
    },
    ruleSet: found?.id ?? null,
  };
}

/** A number in [0, 1) for percentage splits: the random end of the conversation's own id, so that it can be replayed. */
export function drawOf(id: string): number {
  const drawn = Number.parseInt(id.slice(-8), 16);
  return Number.isNaN(drawn) ? 0 : drawn / 2 ** 32;
}

interface FoundRules {
  readonly id: Guid<'msdyn_decisionruleset'>;
  readonly name: string | null;
  readonly read: ReadRuleSet;
}

async function readRules(reader: RowReader, workstream: Guid): Promise<FoundRules | null> {
  const [record] = await reader.query({
    text: `select r."msdyn_decisionrulesetid" as id, r."msdyn_name" as name, r."msdyn_rulesettype" as type,
        r."msdyn_rulesetdefinition" as definition, r."msdyn_disabledrules" as disabled
      from "dataverse"."msdyn_routingconfiguration" k
      join "dataverse"."msdyn_routingconfigurationstep" t
        on t."msdyn_routingconfigurationid" = k."msdyn_routingconfigurationid" and t."statecode" = 0
      join "dataverse"."msdyn_decisionruleset" r
        on r."msdyn_decisionrulesetid" = t."msdyn_rulesetid" and r."statecode" = 0
      where k."msdyn_liveworkstreamid" = $1 and k."msdyn_isactiveconfiguration" and k."statecode" = 0
        and t."msdyn_type" = 192350002
      order by t."msdyn_steporder" nulls first limit 1`,
    values: [workstream],
    name: 'engine_rules',
  });
  if (!record) return null;
  const declarative = (numberOrNull(record.type) ?? 192350000) === 192350000;
  const read = declarative
    ? readRuleSet(text(record.definition), text(record.disabled))
    : { fault: `rule sets of type ${number(record.type)} are not there` };
  return { id: text(record.id) ?? '', name: text(record.name), read };
}

type AnyRow = { readonly [column: string]: unknown };

async function readFacts(
  reader: RowReader,
  read: ReadRuleSet,
  row: AnyRow,
  values: ReadonlyMap<string, string>,
  variables: readonly ContextVariable[],
): Promise<Facts> {
  return 'fault' in read ? new Map() : readFactsAt(reader, pathsOf(read.ruleSet), row, values, variables);
}

/** The facts of a conversation at the paths; a path that leads nowhere is not among them. */
export async function readFactsAt(
  reader: RowReader,
  paths: readonly string[],
  row: AnyRow,
  values: ReadonlyMap<string, string>,
  variables: readonly ContextVariable[],
): Promise<Facts> {
  const facts = new Map<string, readonly Fact[]>();
  for (const path of paths) {
    const [key = '', ...rest] = path.split('.');
    const found =
      key === 'liveworkitemcontext'
        ? ofVariable(rest.join('.'), values, variables)
        : key === 'msdyn_ocliveworkitem'
          ? await ofRow(reader, 'msdyn_ocliveworkitem', row, rest)
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
