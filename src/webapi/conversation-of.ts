/** Which conversation a row belongs to, so that the change log can name it: found by the row's own lookups. */
import type { Reader } from '../store/index.ts';
import { msdyn_liveconversation, msdyn_ocliveworkitem, msdyn_ocsession } from '../tables/dataverse/index.ts';
import type { Guid, Table } from '../tables/index.ts';
import { column, discriminator, literal, tableName } from './sql/text.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;

/** The lookups of a table that lead to a conversation, and the statement that follows them; null when none does. */
interface Links {
  readonly columns: ReadonlySet<string>;
  readonly text: string;
}

const known = new WeakMap<Table, Links | null>();

/** The tables whose rows carry the id of their conversation as their own. */
const isConversation = ({ logicalName }: Table): boolean =>
  logicalName === msdyn_ocliveworkitem.logicalName || logicalName === msdyn_liveconversation.logicalName;

/** The conversation of the row `id`, or null. Costs nothing for tables that have no way to a conversation, else one read
 *  by key. */
export async function conversationOf(
  reader: Pick<Reader, 'query'>,
  table: Table,
  id: string,
): Promise<Conversation | null> {
  if (isConversation(table)) return id;
  const links = linksOf(table);
  if (links === null) return null;
  const name = `about_${table.logicalName}`;
  const [row] = await reader.query({ text: links.text, values: [id], name });
  return typeof row?.conversation === 'string' ? row.conversation : null;
}

/** Whether rows of the table may belong to a conversation. */
export const hasConversation = (table: Table): boolean => isConversation(table) || linksOf(table) !== null;

/** Whether a write of these columns may bring the row to another conversation. */
export function movesConversation(table: Table, columns: readonly string[]): boolean {
  const links = isConversation(table) ? null : linksOf(table);
  return links !== null && columns.some((name) => links.columns.has(name));
}

function linksOf(table: Table): Links | null {
  let links = known.get(table);
  if (links === undefined) {
    links = findLinks(table);
    known.set(table, links);
  }
  return links;
}

/** Lookups to the conversation itself go before those to a session, and those that always do before those that may. */
function findLinks(table: Table): Links | null {
  const found = [msdyn_ocliveworkitem, msdyn_ocsession].flatMap((target) => {
    const columns = Object.entries(table.columns).filter(([, { targets }]) =>
      targets?.includes(target.logicalName),
    );
    const sure = columns.filter(([, { targets }]) => targets?.length === 1);
    const other = columns.filter(([, { targets }]) => targets?.length !== 1);
    return [...sure, ...other].map(([name]) => ({ name, sql: linkText(table, name, target) }));
  });
  if (found.length === 0) return null;
  const conversation = `coalesce(${found.map(({ sql }) => sql).join(', ')})`;
  const key = column('t', table.primaryId);
  return {
    columns: new Set(found.map(({ name }) => name)),
    text: `select ${conversation} as conversation from ${tableName(table)} t where ${key} = $1`,
  };
}

function linkText(table: Table, name: string, target: Table): string {
  const pointed = column('t', name);
  const conversation =
    target === msdyn_ocsession
      ? `(select ${column('s', 'msdyn_liveworkitemid')} from ${tableName(msdyn_ocsession)} s where ${column('s', 'activityid')} = ${pointed})`
      : pointed;
  if (table.columns[name]?.targets?.length === 1) return conversation;
  return `case when ${discriminator('t', name)} = ${literal(target.logicalName)} then ${conversation} end`;
}
