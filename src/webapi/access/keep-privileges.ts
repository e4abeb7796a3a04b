/** Privileges come with the tables, as they do in the product: no world writes them down. */
import type { Store, Transaction } from '../../store/index.ts';
import { role } from '../../tables/dataverse/index.ts';
import { roles, systemUserId, type Table, tables } from '../../tables/index.ts';
import { privilege, roleprivileges } from '../../tables/platform/index.ts';
import type { Right } from '../plan/asker.ts';
import { tableName } from '../sql/text.ts';
import { allPrivileges, depthMasks, type Privilege, privilegeName } from './privileges.ts';
import { builtInRoles, type TableGrants } from './roles.ts';

const nextVersion = `nextval('wirechief.version')`;

const addPrivileges = `insert into ${tableName(privilege)}
  (privilegeid, name, accessright, canbebasic, canbelocal, canbedeep, canbeglobal, ismanaged, versionnumber)
  select id, name, "accessRight", depths & 1 <> 0, depths & 2 <> 0, depths & 4 <> 0, depths & 8 <> 0, true, ${nextVersion}
  from json_to_recordset($1::json) as g(id uuid, name text, "accessRight" int4, depths int4)
  on conflict do nothing returning name`;

const addToRoles = `insert into ${tableName(roleprivileges)}
  (roleprivilegeid, roleid, privilegeid, privilegedepthmask, ismanaged, versionnumber)
  select gen_random_uuid(), r.roleid, p.privilegeid, g.mask, true, ${nextVersion}
  from json_to_recordset($1::json) as g(role uuid, name text, mask int4)
    join ${tableName(role)} r on r.roleid = g.role join ${tableName(privilege)} p on p.name = g.name
  on conflict do nothing`;

/** Adds the privileges of tables that have none yet, and gives each of them to the roles that come with every world. Who
 *  takes a privilege from such a role later has taken it for good. Not in the change log: it is part of the schema. Gives
 *  how many were added. */
export async function keepPrivileges(store: Pick<Store, 'transact' | 'query'>): Promise<number> {
  const all = [...allPrivileges().values()];
  const [count] = await store.query({
    text: `select count(*)::int4 as there from ${tableName(privilege)} where name = any ($1::text[])`,
    values: [all.map(({ name }) => name)],
  });
  if (count?.there === all.length) return 0;
  return store.transact({ actor: systemUserId, cause: 'keep privileges' }, (transaction) =>
    addMissing(transaction, all),
  );
}

/** The same for tables that the transaction is about to make. */
export async function addPrivilegesOf(transaction: Transaction, among: Iterable<Table>): Promise<number> {
  return addMissing(transaction, [...allPrivileges(among).values()]);
}

async function addMissing(transaction: Transaction, all: readonly Privilege[]): Promise<number> {
  const added = await transaction.query({ text: addPrivileges, values: [JSON.stringify(all.map(toRow))] });
  const names = new Set(added.map(({ name }) => String(name)));
  const grants = grantsOf(all).filter(({ name }) => names.has(name));
  if (names.size > 0) await transaction.query({ text: addToRoles, values: [JSON.stringify(grants)] });
  return names.size;
}

const toRow = ({ depths, ...rest }: Privilege) => ({
  ...rest,
  depths: depths.reduce((sum, mask) => sum + mask, 0),
});

interface Grant {
  readonly role: string;
  readonly name: string;
  readonly mask: number;
}

function grantsOf(all: readonly Privilege[]): Grant[] {
  const known = new Map(all.map((one) => [one.name, one]));
  const everything = all.map(({ name }) => ({
    role: roles.systemAdministrator,
    name,
    mask: depthMasks.global,
  }));
  const others = builtInRoles.flatMap(({ id, grants }) =>
    Object.entries(grants).flatMap(([table, byDepth]) => wordsOf(table, byDepth, id)),
  );
  // A table without business units knows one depth only.
  const fitting = others.map((grant) => {
    const depths = known.get(grant.name)?.depths ?? [];
    return depths.includes(grant.mask) ? grant : { ...grant, mask: Math.max(0, ...depths) };
  });
  return [...everything, ...fitting.filter(({ name, mask }) => known.has(name) && mask > 0)];
}

function wordsOf(tableName: string, byDepth: TableGrants, roleId: string): Grant[] {
  const table = tables.get(tableName);
  if (!table) return [];
  return Object.entries(byDepth).flatMap(([depth, text]) =>
    text.split(' ').map((right) => ({
      role: roleId,
      // The words of roles.ts are rights; its test says so.
      name: privilegeName(table, right as Right),
      mask: depthMasks[depth as keyof typeof depthMasks],
    })),
  );
}

/** For the test of roles.ts. */
export const builtInGrants = (): readonly Grant[] => grantsOf([...allPrivileges().values()]);
