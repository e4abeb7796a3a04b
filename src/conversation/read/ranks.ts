/** Where waiting work stands in queues that order their work by rules, for many pieces of work at once.
 *  Source: behaviour.md §4.3; rules.md §4.4. */
import { type Rank, type ReadRuleSet, rankOf } from '../../routing/index.ts';
import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { type Guid, type Row, type Table, tables } from '../../tables/index.ts';
import type { ContextVariable } from '../situation.ts';
import { pathsIn, readOrders } from './own-rules.ts';
import { contextVariable, readFactsAt } from './routing.ts';
import { type RowReader, rowOf, text } from './rows.ts';

/** Work in a queue. */
interface Standing {
  readonly id: Guid<'msdyn_ocliveworkitem'>;
  readonly queue: Guid<'queue'>;
}

/** A rank, and the rows of other tables that it rests on: when one of them changes, it may be another. */
export interface ReadRank {
  readonly rank: Rank;
  readonly rests: readonly Guid[];
}

type AnyRow = { readonly [column: string]: unknown };

/** Reads the ranks of work; of queues without such rules there is none. */
export async function readRanks(
  reader: RowReader,
  work: readonly Standing[],
): Promise<ReadonlyMap<Guid, ReadRank>> {
  const ranks = new Map<Guid, ReadRank>();
  if (work.length === 0) return ranks;
  const orders = await readOrders(reader, [...new Set(work.map(({ queue }) => queue))]);
  const ranked = work.filter(({ queue }) => orders.has(queue));
  const ids = ranked.map(({ id }) => id);
  const rows = await readTogether(reader, msdyn_ocliveworkitem, ids);
  const variables = await readVariables(reader, ids);
  const paths = [...new Set([...orders.values()].flatMap(pathsIn))];
  const known = await readPointedTo(reader, paths, [...rows.values()]);
  for (const { id, queue } of ranked) {
    const row = rows.get(id) ?? {};
    const rests = new Set<Guid>();
    const own = variables.get(id) ?? [];
    const values = new Map(
      own.flatMap(({ msdyn_name: name, value }) => (name && value ? [[name, value]] : [])),
    );
    const noting: RowReader = {
      query: (statement) => reader.query(statement),
      row: async <T extends Table>(table: T, pointed: Guid) => {
        rests.add(pointed);
        // What readTogether gives is a row of the table that was asked for.
        return (
          (known.get(`${table.logicalName} ${pointed}`) as Row<T> | undefined) ?? reader.row(table, pointed)
        );
      },
    };
    const order = orders.get(queue) as ReadRuleSet;
    const facts = await readFactsAt(noting, pathsIn(order), { row: async () => row, values, variables: own });
    ranks.set(id, { rank: rankOf(order, facts), rests: [...rests] });
  }
  return ranks;
}

async function readTogether(
  reader: RowReader,
  table: Table,
  ids: readonly Guid[],
): Promise<ReadonlyMap<Guid, AnyRow>> {
  if (ids.length === 0) return new Map();
  // Without a name: a prepared "select *" fails once the table is given another column.
  const records = await reader.query({
    text: `select * from "dataverse"."${table.logicalName}" where "${table.primaryId}" = any($1::uuid[])`,
    values: [ids],
  });
  return new Map(records.map((record) => [text(record[table.primaryId]) ?? '', rowOf(table, record)]));
}

/** The rows that conversations point to along the first lookup of a path. What lies behind a second one is read as it is
 *  met: such paths are few. By table and id. */
async function readPointedTo(
  reader: RowReader,
  paths: readonly string[],
  conversations: readonly AnyRow[],
): Promise<ReadonlyMap<string, AnyRow>> {
  const known = new Map<string, AnyRow>();
  const first = paths.flatMap((path) => {
    const [head, navigation, ...rest] = path.toLowerCase().split('.');
    return head === 'msdyn_ocliveworkitem' && navigation !== undefined && rest.length > 0 ? [navigation] : [];
  });
  for (const navigation of new Set(first)) {
    const relation = msdyn_ocliveworkitem.relationships.find(
      (one) => one.navigation.toLowerCase() === navigation,
    );
    const target = relation && tables.get(relation.target);
    if (!relation || !target) continue;
    const ids = conversations.flatMap((row) => idIn(row[relation.column], target) ?? []);
    for (const [id, row] of await readTogether(reader, target, [...new Set(ids)]))
      known.set(`${target.logicalName} ${id}`, row);
  }
  return known;
}

function idIn(value: unknown, target: Table): Guid | null {
  if (typeof value !== 'object' || value === null) return text(value);
  return 'table' in value && 'id' in value && value.table === target.logicalName ? text(value.id) : null;
}

async function readVariables(
  reader: RowReader,
  conversations: readonly Guid[],
): Promise<ReadonlyMap<Guid, readonly ContextVariable[]>> {
  const found = new Map<Guid, ContextVariable[]>();
  if (conversations.length === 0) return found;
  const records = await reader.query({
    text: `select c."activityid" as conversation, ${contextVariable.selection}
      from "dataverse"."msdyn_ocliveworkitem" c
      join "dataverse"."msdyn_ocliveworkstreamcontextvariable" v
        on v."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid" and v."statecode" = 0
      left join "dataverse"."msdyn_ocliveworkitemcontextitem" i
        on i."msdyn_ocliveworkstreamcontextvariableid" = v."msdyn_ocliveworkstreamcontextvariableid"
          and i."msdyn_ocliveworkitemid" = c."activityid"
      where c."activityid" = any($1::uuid[])`,
    values: [conversations],
    name: 'engine_variables_together',
  });
  for (const record of records) {
    const conversation = text(record.conversation) ?? '';
    const own = found.get(conversation);
    if (own) own.push(contextVariable.of(record));
    else found.set(conversation, [contextVariable.of(record)]);
  }
  return found;
}
