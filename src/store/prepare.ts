/** A row as it will be written: what the caller gives, and what the store adds. */
import { type Guid, Refusal, type Table } from '../tables/index.ts';
import { isReference } from './columns.ts';
import { newGuid } from './uuid.ts';
import { checkValues, firstState, settleState, type Written } from './values.ts';

/** Who writes, and when. */
export interface Hand {
  readonly actor: Guid<'systemuser'>;
  readonly now: Date;
}

/** A new row without its fill (fill.ts): the caller's values, and what the store knows. The audit columns may be given
 *  too, for rows that are brought in from elsewhere. Refuses statusNotOfState. */
export function rowToCreate(table: Table, given: Readonly<Written>, { actor, now }: Hand): Written {
  const row: Written = {};
  const add = (name: string, value: unknown) => {
    if (Object.hasOwn(table.columns, name)) row[name] = value;
  };
  add('createdon', now);
  add('createdby', actor);
  add('modifiedon', now);
  add('modifiedby', actor);
  if (table.ownership === 'UserOwned') add('ownerid', { table: 'systemuser', id: actor });
  for (const [name, value] of Object.entries(given)) if (value !== undefined) row[name] = value;
  row[table.primaryId] = given[table.primaryId] ?? newGuid();
  const states = Object.hasOwn(table.columns, 'statecode');
  if (states && row.statecode == null && row.statuscode == null) row.statecode = firstState(table);
  settleState(table, row);
  settleOwner(table, row);
  return row;
}

/** The columns of an update: the caller's values and who changed the row when. Refuses statusNotOfState. */
export function rowToUpdate(table: Table, given: Readonly<Written>, { actor, now }: Hand): Written {
  const row: Written = {};
  if (Object.hasOwn(table.columns, 'modifiedon')) row.modifiedon = now;
  if (Object.hasOwn(table.columns, 'modifiedby')) row.modifiedby = actor;
  for (const [name, value] of Object.entries(given)) if (value !== undefined) row[name] = value;
  settleState(table, row);
  settleOwner(table, row);
  return row;
}

/** What an update says, looked at. Refuses what `checkValues` and `refuseEmptying` refuse. */
export function checkedUpdate(table: Table, id: Guid, values: Readonly<Written>): Written {
  const given = { ...values };
  checkValues(table, given);
  refuseEmptying(table, given);
  if (given[table.primaryId] !== undefined && given[table.primaryId] !== id)
    throw new TypeError(`the key of ${table.logicalName} ${id} cannot change`);
  return given;
}

/** An update may not empty what the system needs; an empty value at creation only means "not given".
 *  Refuses invalidArgument. Source: webapi.md §4, last paragraph. */
export function refuseEmptying(table: Table, given: Readonly<Written>): void {
  for (const [name, value] of Object.entries(given)) {
    const column = table.columns[name];
    const needed =
      column?.required === 'SystemRequired' || column?.type === 'State' || column?.type === 'Status';
    if (value === null && needed) {
      throw new Refusal('invalidArgument', `The column ${name} of ${table.logicalName} cannot be empty.`);
    }
  }
}

/** The owner's own columns follow the owner. The business unit is read with the write, because it is the owner's. */
function settleOwner(table: Table, row: Written): void {
  const owner = row.ownerid;
  if (!isReference(owner)) return;
  if ('owninguser' in table.columns) row.owninguser = owner.table === 'systemuser' ? owner.id : null;
  if ('owningteam' in table.columns) row.owningteam = owner.table === 'team' ? owner.id : null;
}
