/** Which privilege each right on a table needs. Pure data over the tables. */
import { createHash } from 'node:crypto';
import { type Table, tables } from '../../tables/index.ts';
import { accessBits, rights } from '../plan/access-rights.ts';
import type { Right } from '../plan/asker.ts';

/** A privilege as it is kept and named in refusals. `depths`: the depth masks it can be granted with. */
export interface Privilege {
  readonly id: string;
  readonly name: string;
  readonly accessRight: number;
  readonly depths: readonly number[];
}

/** Depths by the mask that roleprivileges keeps. */
export const depthMasks = { basic: 1, local: 2, deep: 4, global: 8 } as const;

/** Lets a caller act as another user. Source: published documentation, Impersonate another user. */
export const actOnBehalf = 'prvActOnBehalfOfAnotherUser';

/** Lets a caller change the definitions of tables. */
export const customize = 'prvCreateEntity';

/** Lets a caller publish and unpublish rules of duplicate detection. */
export const publishDuplicateRules = 'prvPublishDuplicateRule';

/** Lets a caller begin jobs that delete many rows. */
export const bulkDeletes = 'prvBulkDelete';

/** Tables whose privileges do not carry their own schema name. All activities share theirs with the activity, an item of
 *  a queue with its queue. Source: published security role reference. */
const subjects: Readonly<Record<string, string>> = {
  systemuser: 'User',
  annotation: 'Note',
  queueitem: 'Queue',
  calendarrule: 'Calendar',
  activityparty: 'Activity',
  activitymimeattachment: 'Activity',
  savedquery: 'Query',
  duplicaterulecondition: 'DuplicateRule',
};

/** What a table's privileges are about: `Contact` in prvReadContact. */
export const subjectOf = (table: Table): string =>
  table.isActivity ? 'Activity' : (subjects[table.logicalName] ?? table.schemaName);

/** Tables that are read through another one, along a lookup; writing them takes a right on that other one. */
export const partOf: Readonly<Record<string, { readonly column: string; readonly right: Right }>> = {
  queueitem: { column: 'queueid', right: 'append' },
  activityparty: { column: 'activityid', right: 'write' },
  activitymimeattachment: { column: 'objectid', right: 'write' },
  calendarrule: { column: 'calendarid', right: 'write' },
  duplicaterulecondition: { column: 'regardingobjectid', right: 'write' },
};

/** Tables that describe the system itself: anybody signed in may read their rows, nobody writes them by hand. */
export const openTables: ReadonlySet<string> = new Set(['privilege']);

const subjectsWithRows = (among: Iterable<Table>): Map<string, Table> => {
  const found = new Map<string, Table>();
  for (const table of among) {
    if (table.isIntersect || table.logicalName in partOf || openTables.has(table.logicalName)) continue;
    if (table.logicalName === 'principalobjectaccess') continue;
    const subject = subjectOf(table);
    if (!found.has(subject)) found.set(subject, table);
  }
  return found;
};

const verb = (right: Right): string => `${right.slice(0, 1).toUpperCase()}${right.slice(1)}`;

/** The published ids of the activity's privileges; those of other privileges are made of their names. */
const publishedIds: Readonly<Record<string, string>> = {
  prvAppendActivity: '78777c10-09ab-4326-b4c8-cf5729702937',
  prvAppendToActivity: '6ec8e901-d770-44c0-8f12-d07425f638bd',
  prvAssignActivity: '8b99344e-ebbf-4f84-8438-e1e34d194de9',
  prvCreateActivity: '091df793-fe5e-44d4-b4ca-7e3f580c4664',
  prvDeleteActivity: 'bb4457f2-9b45-4482-a95a-7adef25f388a',
  prvReadActivity: '650c14fe-3521-45fe-a000-84138688e45d',
  prvShareActivity: 'b5f2ee06-d359-4495-bbda-312aae1c6b1e',
  prvWriteActivity: '0dc8f72c-57d5-4b4d-8892-fe6aac0e4b81',
};

/** An id that every installation works out alike (RFC 9562, version 5). */
export function privilegeId(name: string): string {
  const published = publishedIds[name];
  if (published !== undefined) return published;
  const bytes = createHash('sha1').update(`wirechief privilege ${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function depthsOf(table: Table): readonly number[] {
  const { basic, local, deep, global } = depthMasks;
  if (table.ownership === 'UserOwned') return [basic, local, deep, global];
  return 'businessunitid' in table.columns ? [basic, local, deep, global] : [global];
}

const owned: readonly Right[] = ['assign', 'share'];

/** Every privilege of the tables, by name. */
export function allPrivileges(among: Iterable<Table> = tables.values()): ReadonlyMap<string, Privilege> {
  const found = new Map<string, Privilege>();
  const add = (name: string, accessRight: number, depths: readonly number[]): void => {
    found.set(name, { id: privilegeId(name), name, accessRight, depths });
  };
  for (const [subject, table] of subjectsWithRows(among)) {
    for (const right of rights) {
      // Only owned rows are assigned and shared; a role is assigned to people.
      if (owned.includes(right) && table.ownership !== 'UserOwned' && subject !== 'Role') continue;
      add(`prv${verb(right)}${subject}`, accessBits[right], depthsOf(table));
    }
  }
  for (const name of [actOnBehalf, customize, publishDuplicateRules, bulkDeletes])
    add(name, 0, [depthMasks.global]);
  return found;
}

const names = new Map<string, string>();

/** The name of the privilege that a right on the table needs. */
export function privilegeName(table: Table, right: Right): string {
  const key = `${right} ${table.logicalName}`;
  let name = names.get(key);
  if (name === undefined) {
    const part = partOf[table.logicalName];
    name = `prv${verb(part && right !== 'read' ? part.right : right)}${subjectOf(table)}`;
    names.set(key, name);
  }
  return name;
}
