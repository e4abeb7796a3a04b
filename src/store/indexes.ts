/** Which indexes exist. The rule, in this order:
 *  1. the primary key;
 *  2. `measured`: the lists of the conversation tables that were measured at 5 M rows (data-and-http.md §7), and the
 *     lists the engine reads while a call waits; whose a customer or a case is: with 100,000 contacts of others, a user
 *     who sees only their own waited 400 ms for them without, 1 ms with the indexes;
 *  3. `looked-up texts`: lower(column) where a row is found by an exact text, text comparing without case;
 *  4. every lookup of a modelled relationship, where it is filled, so that $expand of a collection and a delete's
 *     cascade never scan; except who wrote, who owns and in which currency or SLA, which are on every table, are
 *     hardly ever asked from the other end, and would cost every write;
 *  5. the pair of a many-to-many intersect, unique, and its second end;
 *  6. the columns of an alternate key, unique, text without case as it compares;
 *  7. the E.164 form of every telephone number, where there is one.
 *  Columns that may be null are ordered as the Web API orders them, null lowest: `asc nulls first`, `desc nulls last`. */
import { createHash } from 'node:crypto';
import { type ManyToMany, manyToMany, type Table } from '../tables/index.ts';
import { e164Column, phoneColumns } from '../tables/phone-columns.ts';
import { quote, sqlTable, sqlType } from './columns.ts';

/** One index as it is made. */
export interface Index {
  readonly name: string;
  readonly sql: string;
}

interface Wanted {
  readonly columns: string;
  readonly where?: string;
  readonly unique?: true;
}

const newest = 'createdon desc nulls last';

const measured: Readonly<Record<string, readonly Wanted[]>> = {
  msdyn_ocliveworkitem: [
    { columns: `statecode, ${newest}, activityid` },
    // One B-tree for "newest first" and for spans of time; the measured BRIN served only the second.
    { columns: `${newest}, activityid` },
    { columns: `msdyn_cdsqueueid, ${newest}`, where: 'statecode = 0' },
    { columns: 'msdyn_activeagentid', where: 'statecode = 0' },
    { columns: `msdyn_customer, ${newest}` },
  ],
  msdyn_ocsession: [
    { columns: 'msdyn_liveworkitemid, createdon' },
    { columns: `msdyn_cdsqueueid, ${newest}` },
    // With the conversations' own: the newest of all activities (activitypointers) without sorting them.
    { columns: `${newest}, activityid` },
  ],
  msdyn_sessionparticipant: [
    { columns: 'msdyn_omnichannelsession' },
    { columns: `msdyn_agentid, ${newest}` },
  ],
  // Every reading of a person asks for the presence that is open; of the closed ones there are ever more.
  msdyn_agentstatushistory: [{ columns: 'msdyn_agentid', where: 'msdyn_endtime is null' }],
  account: [{ columns: 'ownerid' }, { columns: 'owningbusinessunit' }],
  contact: [{ columns: 'ownerid' }, { columns: 'owningbusinessunit' }],
  incident: [{ columns: 'ownerid' }, { columns: 'owningbusinessunit' }],
  // A share is looked up by who it is for, and by the row it opens.
  principalobjectaccess: [{ columns: 'principalid, objectid', unique: true }, { columns: 'objectid' }],
  queueitem: [{ columns: 'queueid, priority, enteredon', where: 'workerid is null and statecode = 0' }],
};

const lookedUpTexts: Readonly<Record<string, readonly string[]>> = {
  account: ['telephone1', 'emailaddress1', 'name'],
  contact: ['mobilephone', 'telephone1', 'emailaddress1', 'fullname'],
  systemuser: ['domainname', 'internalemailaddress'],
  queue: ['name'],
  msdyn_ocphonenumber: ['msdyn_phonenumber'],
  msdyn_ocphonecallengagementctx: ['msdyn_callsid'],
  msdyn_ocliveworkstreamcontextvariable: ['msdyn_name'],
};

const otherColumns: Readonly<Record<string, readonly string[]>> = {
  systemuser: ['applicationid', 'azureactivedirectoryobjectid'],
};

const everywhere = new Set([
  ...['createdby', 'createdonbehalfby', 'modifiedby', 'modifiedonbehalfby'],
  ...['ownerid', 'owningbusinessunit', 'owningteam', 'owninguser'],
  ...['transactioncurrencyid', 'slaid', 'slainvokedid'],
]);

/** The indexes of a table, its primary key apart. `intersects`: the many-to-many relationships of its model. */
export function indexesOf(table: Table, intersects: readonly ManyToMany[] = manyToMany): Index[] {
  const wanted: Wanted[] = [...(measured[table.logicalName] ?? [])];
  for (const name of lookedUpTexts[table.logicalName] ?? []) wanted.push({ columns: `lower(${name})` });
  for (const name of otherColumns[table.logicalName] ?? [])
    wanted.push({ columns: name, where: filled(name) });
  for (const { intersect, ends } of intersects) {
    if (intersect !== table.logicalName) continue;
    wanted.push(
      { columns: `${ends[0].column}, ${ends[1].column}`, unique: true },
      { columns: ends[1].column },
    );
  }
  for (const key of table.keys ?? []) wanted.push(keyIndex(table, key.columns));
  for (const name of phoneColumns[table.logicalName] ?? []) {
    const number = quote(e164Column(name));
    if (name in table.columns) wanted.push({ columns: number, where: filled(number) });
  }
  const leading = new Set(
    wanted.filter(({ where }) => where === undefined).map((one) => one.columns.split(',')[0]),
  );
  const lookups = new Set(table.relationships.map(({ column }) => column));
  for (const name of lookups) {
    if (everywhere.has(name) || leading.has(name)) continue;
    wanted.push({ columns: name, where: filled(name) });
  }
  return wanted.map((one) => toIndex(table, one));
}

/** The name of the index that keeps an alternate key. */
export const keyIndexName = (table: Table, columns: readonly string[]): string =>
  toIndex(table, keyIndex(table, columns)).name;

function keyIndex(table: Table, columns: readonly string[]): Wanted {
  const parts = columns.map((name) => {
    const column = table.columns[name];
    return column !== undefined && sqlType(column) === 'text' ? `lower(${name})` : name;
  });
  return { columns: parts.join(', '), unique: true };
}

function filled(name: string): string {
  return `${name} is not null`;
}

/** Named by what it holds, so that a changed rule makes a new index. */
function toIndex(table: Table, { columns, where, unique }: Wanted): Index {
  const body = `(${quoteColumns(table, columns)})${where === undefined ? '' : ` where ${quoteColumns(table, where)}`}`;
  const hash = createHash('sha256')
    .update(`${unique ?? ''}${body}`)
    .digest('hex')
    .slice(0, 8);
  const name = `${table.logicalName.slice(0, 50)}_${hash}`;
  const kind = unique === true ? 'unique index' : 'index';
  return { name, sql: `create ${kind} ${quote(name)} on ${sqlTable(table)} ${body}` };
}

function quoteColumns(table: Table, text: string): string {
  return text.replace(/"[^"]*"|[A-Za-z_]\w*/g, (word) => (word in table.columns ? quote(word) : word));
}
