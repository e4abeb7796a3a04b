import { Refusal } from '../../tables/index.ts';
import { rightsOn, sharesOf } from '../access/sharing.ts';
import { boundRow, idOf, type Perform } from '../operation.ts';
import { maskNames } from '../plan/access-rights.ts';

/** The rights that a user or team has on a row: by roles, ownership and sharing.
 *  An organization holds no roles and owns nothing: it has what is shared with it.
 *  Shape: systemusers(u)/RetrievePrincipalAccess {Target: row} → {AccessRights: "ReadAccess, WriteAccess, …"}.
 *  Refuses recordNotFound, accessDenied for a target the caller may not read. Source: webapi.md §11. */
export const RetrievePrincipalAccess: Perform = async (call) => {
  const { exchange, parameters } = call;
  const { entity, id } = boundRow(call);
  const target = parameters.row('Target');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  const { reader } = exchange.database;
  const { table } = target.entity;
  const row = await idOf(call, reader, 'Target', target);
  if ((await reader.row(table, row)) === null) throw new Refusal('recordNotFound', table.logicalName, row);
  if (entity.table.logicalName === 'organization') {
    const shared = (await sharesOf(reader, row)).find(({ principalid }) => principalid === id);
    return { AccessRights: maskNames(shared?.accessrightsmask ?? 0) };
  }
  const access = await exchange.guarding.accessOf(id);
  if (access === null) throw new Refusal('recordNotFound', entity.table.logicalName, id);
  return { AccessRights: maskNames(await rightsOn(reader, access, table, row)) };
};
