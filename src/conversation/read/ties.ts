/** The rows that say who the customer of a conversation is. */
import type { Guid } from '../../tables/index.ts';
import type { Tie, TiedTable, TieRow } from '../situation.ts';
import { type RowReader, text } from './rows.ts';

/** How many earlier conversations are adopted at once, the newest first. */
const historyAtOnce = 1_000;

/** Earlier conversations of a number, in E.164, that have no customer, with their rows; locked. `but`: not this one. */
export async function readHistory(
  reader: RowReader,
  number: string,
  but: Guid<'msdyn_ocliveworkitem'>,
): Promise<Tie[]> {
  const records = await reader.query({
    text: `select c."activityid" as id from "dataverse"."msdyn_ocliveworkitem" c
      where c."activityid" in (select x."msdyn_liveworkitemid" from "dataverse"."msdyn_ocphonecallengagementctx" x
          where x."msdyn_fromphone@e164" = $1)
        and c."msdyn_customer" is null and c."activityid" <> $2
      order by c."createdon" desc, c."activityid" limit ${historyAtOnce} for no key update of c`,
    values: [number, but],
    name: 'engine_history',
  });
  return readTies(
    reader,
    records.flatMap(({ id }) => text(id) ?? []),
  );
}

/** A lookup that may point to several tables, as a value of a row. */
const reference = (alias: string, column: string): string =>
  `case when ${alias}."${column}" is not null
    then json_build_object('table', ${alias}."${column}@table", 'id', ${alias}."${column}") end`;

const valuesOf: Readonly<
  Record<TiedTable, { readonly of: string; readonly id: string; readonly values: string }>
> = {
  msdyn_ocliveworkitem: {
    of: 'activityid',
    id: 'activityid',
    values: `'subject', t."subject", 'msdyn_title', t."msdyn_title", 'msdyn_issueid', t."msdyn_issueid",
      'msdyn_customer', ${reference('t', 'msdyn_customer')}, 'regardingobjectid', ${reference('t', 'regardingobjectid')}`,
  },
  msdyn_liveconversation: {
    of: 'msdyn_liveconversationid',
    id: 'msdyn_liveconversationid',
    values: `'msdyn_subject', t."msdyn_subject", 'msdyn_title', t."msdyn_title",
      'msdyn_customer', ${reference('t', 'msdyn_customer')}`,
  },
  msdyn_ocsession: {
    of: 'msdyn_liveworkitemid',
    id: 'activityid',
    values: `'subject', t."subject", 'regardingobjectid', ${reference('t', 'regardingobjectid')}`,
  },
  msdyn_ocphonecallengagementctx: {
    of: 'msdyn_liveworkitemid',
    id: 'msdyn_ocphonecallengagementctxid',
    values: `'msdyn_callername', t."msdyn_callername"`,
  },
};

const tiedTables = Object.keys(valuesOf) as TiedTable[];

const statement = `select c."activityid" as conversation, w."msdyn_name" as workstream,
    (select "msdyn_fromphone" from "dataverse"."msdyn_ocphonecallengagementctx"
      where "msdyn_liveworkitemid" = c."activityid" limit 1) as number,
    (select json_agg(r)::text from (${tiedTables
      .map((table) => {
        const { of, id, values } = valuesOf[table];
        return `select '${table}' as "table", t."${id}" as id, json_build_object(${values}) as values
          from "dataverse"."${table}" t where t."${of}" = c."activityid"`;
      })
      .join(' union all ')}) r) as rows
  from unnest($1::uuid[]) as u(id) join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = u.id
  left join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"`;

/** The conversations of these ids with their rows; those that are there no more are left out. */
export async function readTies(
  reader: RowReader,
  conversations: readonly Guid<'msdyn_ocliveworkitem'>[],
): Promise<Tie[]> {
  if (conversations.length === 0) return [];
  const records = await reader.query({ text: statement, values: [conversations], name: 'engine_ties' });
  return records.map(({ conversation, workstream, number, rows }) => ({
    conversation: text(conversation) ?? '',
    workstream: text(workstream),
    number: text(number),
    // The database edge: the JSON that the statement built.
    rows: JSON.parse(text(rows) ?? '[]') as TieRow[],
  }));
}
