import { type Table, tables } from '../../tables/index.ts';

/** The published type codes of standard tables. Codes of all others are given by each environment anew. */
const published: Readonly<Record<string, number>> = {
  ...{ account: 1, contact: 2, annotation: 5, systemuser: 8, team: 9, businessunit: 10, socialprofile: 99 },
  ...{ incident: 112, subject: 129, activityparty: 135, privilege: 1023, role: 1036, queue: 2020 },
  ...{ queueitem: 2029, connection: 3234, calendar: 4003, calendarrule: 4004, activitypointer: 4200 },
  ...{ email: 4202, incidentresolution: 4206, phonecall: 4210, task: 4212, transactioncurrency: 9105 },
  ...{ sla: 9750, knowledgearticle: 9953, principalobjectaccess: 11, organization: 1019 },
};

const firstOfOthers = 10_000;
let others: ReadonlyMap<string, number> | null = null;

/** The type code that stands for a table in refusals. */
export function objectTypeCode(table: Table): number {
  others ??= new Map([...tables.keys()].sort().map((name, index) => [name, firstOfOthers + index]));
  return table.objectTypeCode ?? published[table.logicalName] ?? others.get(table.logicalName) ?? 0;
}
