/** Rows of principalobjectaccess: what a row's sharing says, and how it is changed. */
import type { Reader, Transaction } from '../../store/index.ts';
import { type Guid, Refusal, type Row, type Table } from '../../tables/index.ts';
import { principalobjectaccess } from '../../tables/platform/index.ts';
import { type Exchange, transact } from '../exchange.ts';
import { idOf, type OperationCall } from '../operation.ts';
import type { Json, JsonObject } from '../parse/body.ts';
import { accessBits, maskOf, rights } from '../plan/access-rights.ts';
import type { Access } from '../plan/asker.ts';
import { type RowParameter, readParameters } from '../plan/parameters.ts';
import { ruleText } from '../sql/source.ts';
import { column, tableName, Values } from '../sql/text.ts';
import { Checks } from './checks.ts';
import { unguarded } from './guard.ts';

type Share = Row<typeof principalobjectaccess>;

/** A row and a user or team, as a message of sharing names them. */
interface Shared {
  readonly table: Table;
  readonly id: Guid;
  readonly principalTable: Table;
  readonly principal: Guid;
}

/** Runs a message of sharing in one transaction: finds the row and the principal, asks for the right to share, and lets
 *  `change` work on the transaction itself. Refuses messageNotSupported for a table whose rows are not shared,
 *  recordNotFound, privilegeMissing, accessDenied. */
export async function changeSharing(
  call: OperationCall,
  principal: RowParameter,
  granted: number,
  change: (transaction: Transaction, shared: Shared) => Promise<void>,
): Promise<void> {
  const { exchange, parameters } = call;
  const target = parameters.row('Target');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  const { table } = target.entity;
  if (table.ownership !== 'UserOwned')
    throw new Refusal('messageNotSupported', 'GrantAccess', table.logicalName);
  await transact(exchange, async (transaction) => {
    const id = await idOf(call, transaction, 'Target', target);
    const principalId = await idOf(call, transaction, 'Principal', principal);
    const principalTable = principal.entity.table;
    await requireThere(transaction, table, id);
    await requireThere(transaction, principalTable, principalId);
    await needToShare(exchange, transaction, table, id, granted);
    await change(unguarded(transaction), { table, id, principalTable, principal: principalId });
  });
}

async function requireThere(transaction: Transaction, table: Table, id: Guid): Promise<void> {
  if ((await transaction.row(table, id)) === null) throw new Refusal('recordNotFound', table.logicalName, id);
}

/** Nobody shares what they do not have: the right to share and every right that is given. */
async function needToShare(
  { guarding }: Exchange,
  transaction: Transaction,
  table: Table,
  id: Guid,
  granted: number,
): Promise<void> {
  const checks = new Checks(guarding.access, guarding.userId).need(table, id, 'share');
  for (const right of rights)
    if ((granted & accessBits[right]) !== 0 && right !== 'create') checks.need(table, id, right);
  await checks.answer(transaction);
}

/** Sets the mask of a share, on the row and on those that its cascades reach. A mask of nothing takes the share away.
 *  `mask`: from the present one to the new one. */
export async function setShare(
  transaction: Transaction,
  shared: Shared,
  action: 'share' | 'unshare',
  mask: (present: number) => number,
): Promise<void> {
  await putShare(transaction, shared, 'accessrightsmask', mask);
  for (const { table, id } of await transaction.reached(action, shared.table, shared.id))
    if (table.ownership === 'UserOwned')
      await putShare(transaction, { ...shared, table, id }, 'inheritedaccessrightsmask', mask);
}

async function putShare(
  transaction: Transaction,
  { table, id, principalTable, principal }: Shared,
  column: 'accessrightsmask' | 'inheritedaccessrightsmask',
  mask: (present: number) => number,
): Promise<void> {
  const [known] = await transaction.rows(principalobjectaccess, { principalid: principal, objectid: id });
  const other = column === 'accessrightsmask' ? 'inheritedaccessrightsmask' : 'accessrightsmask';
  const wanted = mask(known?.[column] ?? 0);
  const key = known?.principalobjectaccessid ?? null;
  const changed = { [column]: wanted, changedon: transaction.now };
  if (wanted === 0 && (known?.[other] ?? 0) === 0) {
    if (key !== null) await transaction.delete(principalobjectaccess, key);
  } else if (key !== null) await transaction.update(principalobjectaccess, key, changed);
  else
    await transaction.create(principalobjectaccess, {
      [other]: 0,
      ...changed,
      objectid: id,
      objecttypecode: table.logicalName,
      principalid: principal,
      principaltypecode: principalTable.logicalName,
    });
}

/** The principal and the mask of a PrincipalAccess. Refuses invalidArgument. */
export function principalAccess({ parameters }: OperationCall): {
  readonly principal: RowParameter;
  readonly mask: number;
} {
  const given = readParameters(
    'PrincipalAccess',
    [
      { name: 'Principal', type: 'mscrm.principal', required: true },
      { name: 'AccessMask', type: 'mscrm.AccessRights', required: true },
    ],
    parameters.object('PrincipalAccess') ?? {},
  );
  const principal = given.row('Principal');
  if (principal === null) throw new TypeError('the parameter Principal was not asked for');
  const text = given.text('AccessMask') ?? '';
  const mask = maskOf(text);
  if (mask === null)
    throw new Refusal(
      'invalidArgument',
      `'${text.slice(0, 100)}' is not a value of AccessRights, such as "ReadAccess, WriteAccess".`,
    );
  return { principal, mask };
}

/** With whom a row is shared. */
export async function sharesOf(reader: Pick<Reader, 'rows'>, id: Guid): Promise<readonly Share[]> {
  return reader.rows(principalobjectaccess, { objectid: id });
}

/** A principal as a member of an answer. */
export function principalJson(table: string, id: string): JsonObject {
  const key: Json = id;
  return { '@odata.type': `#Microsoft.Dynamics.CRM.${table}`, [`${table}id`]: key, ownerid: key };
}

/** The rights that somebody has on a row, as a mask. One statement. */
export async function rightsOn(
  reader: Pick<Reader, 'query'>,
  access: Access,
  table: Table,
  id: Guid,
): Promise<number> {
  const values = new Values();
  let open = 0;
  const asked: { readonly bit: number; readonly text: string }[] = [];
  for (const right of rights) {
    if (right === 'create') continue;
    const rule = ruleOf(access, table, right);
    if (rule === null) open |= accessBits[right];
    else if (rule !== undefined)
      asked.push({ bit: accessBits[right], text: `coalesce(${ruleText(table, 'r', rule, values)}, false)` });
  }
  if (asked.length === 0) return open;
  const columns = asked.map(({ text }, place) => `${text} as c${place}`).join(', ');
  const where = `${column('r', table.primaryId)} = ${values.add('uuid', id)}`;
  const text = `select ${columns} from ${tableName(table)} r where ${where}`;
  const [row] = await reader.query({ text, values: values.list });
  return asked.reduce((mask, { bit }, place) => (row?.[`c${place}`] === true ? mask | bit : mask), open);
}

function ruleOf(access: Access, table: Table, right: (typeof rights)[number]) {
  try {
    return access.rule(table, right);
  } catch (error) {
    if (error instanceof Refusal && error.key === 'privilegeMissing') return undefined;
    throw error;
  }
}
