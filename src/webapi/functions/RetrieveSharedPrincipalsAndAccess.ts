import { Refusal } from '../../tables/index.ts';
import { principalJson, sharesOf } from '../access/sharing.ts';
import { idOf, type Perform } from '../operation.ts';
import { maskNames } from '../plan/access-rights.ts';

/** With whom a row is shared, and the rights they have by that.
 *  Shape: {Target: row} → {PrincipalAccesses: [{AccessMask, Principal}]}. Refuses recordNotFound, accessDenied.
 *  Source: webapi.md §11. */
export const RetrieveSharedPrincipalsAndAccess: Perform = async (call) => {
  const { exchange, parameters } = call;
  const target = parameters.row('Target');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  const { reader } = exchange.database;
  const { table } = target.entity;
  const id = await idOf(call, reader, 'Target', target);
  if ((await reader.row(table, id)) === null) throw new Refusal('recordNotFound', table.logicalName, id);
  const shares = await sharesOf(exchange.guarding.sharing, id);
  return {
    PrincipalAccesses: shares.map((share) => ({
      AccessMask: maskNames((share.accessrightsmask ?? 0) | (share.inheritedaccessrightsmask ?? 0)),
      Principal: principalJson(share.principaltypecode ?? 'systemuser', share.principalid ?? ''),
    })),
  };
};
