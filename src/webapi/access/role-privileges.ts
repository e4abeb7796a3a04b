/** The privileges of a role, as the messages AddPrivilegesRole and ReplacePrivilegesRole change them. */
import { role } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { privilege, roleprivileges } from '../../tables/platform/index.ts';
import { transact } from '../exchange.ts';
import { boundRow, type OperationCall } from '../operation.ts';
import type { Json } from '../parse/body.ts';
import { isObject } from '../parse/body.ts';
import { Checks } from './checks.ts';
import { unguarded } from './guard.ts';
import { depthNames } from './held-privileges.ts';
import { requireDepths } from './role-limits.ts';

interface Wanted {
  readonly id: string;
  readonly mask: number;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Adds privileges to the role the message is bound to, each at its depth; `replaces`: takes away the others.
 *  Refuses accessDenied without the right to write the role, rolesTooHigh, recordNotFound, invalidArgument. */
export async function changePrivileges(call: OperationCall, replaces: boolean): Promise<null> {
  const { exchange, parameters } = call;
  const { id: roleId } = boundRow(call);
  const wanted = parameters.objects('Privileges').map(readPrivilege);
  const { guarding } = exchange;
  await transact(exchange, async (transaction) => {
    const inner = unguarded(transaction);
    if ((await transaction.row(role, roleId)) === null) throw new Refusal('recordNotFound', 'role', roleId);
    await new Checks(guarding.access, guarding.userId).need(role, roleId, 'write').answer(inner);
    const ids = wanted.map(({ id }) => id);
    const known = new Map(
      (ids.length === 0 ? [] : await inner.rows(privilege, { privilegeid: ids })).map((row) => [
        row.privilegeid,
        row.name,
      ]),
    );
    const named = wanted.map(({ id, mask }) => {
      const name = known.get(id);
      if (name === undefined || name === null) throw new Refusal('recordNotFound', 'privilege', id);
      return { name, mask };
    });
    requireDepths(guarding.userId, guarding.depthOf, named);
    const present = await inner.rows(roleprivileges, { roleid: roleId });
    for (const row of present) {
      const next = wanted.find(({ id }) => id === row.privilegeid);
      if (row.roleprivilegeid === null) continue;
      if (next) await inner.update(roleprivileges, row.roleprivilegeid, { privilegedepthmask: next.mask });
      else if (replaces) await inner.delete(roleprivileges, row.roleprivilegeid);
    }
    for (const { id, mask } of wanted)
      if (!present.some(({ privilegeid }) => privilegeid === id))
        await inner.create(roleprivileges, { roleid: roleId, privilegeid: id, privilegedepthmask: mask });
    guarding.wrote(roleprivileges.logicalName);
  });
  return null;
}

function readPrivilege(value: Json): Wanted {
  const given = isObject(value) ? value : {};
  const { PrivilegeId: id, Depth: depth } = given;
  const [mask] = [...depthNames].find(([, name], place) => depth === name || depth === place) ?? [];
  if (typeof id !== 'string' || !guid.test(id) || mask === undefined)
    throw new Refusal(
      'invalidArgument',
      'Each of \'Privileges\' must be {"PrivilegeId": GUID, "Depth": "Basic", "Local", "Deep" or "Global"}.',
    );
  return { id: id.toLowerCase(), mask };
}
