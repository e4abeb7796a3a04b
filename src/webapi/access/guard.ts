/** The transaction that a request gets: the store's, with the caller's rights asked before each read and write of a row.
 *  Statements given as text pass: they carry their rules themselves (sql/source.ts). */
import type { Reader, ReadOptions, Timer, Transaction, Where } from '../../store/index.ts';
import { type Definitions, extended } from '../../tables/definitions.ts';
import {
  type Guid,
  manyToMany,
  newUserSettings,
  Refusal,
  type Row,
  type Table,
  tables,
  type Values,
} from '../../tables/index.ts';
import { usersettings } from '../../tables/platform/index.ts';
import { builtInModel } from '../../tables/registry.ts';
import { accessDenied, Checks } from './checks.ts';
import { type Guarding, guardReader } from './guard-reader.ts';
import { addPrivilegesOf } from './keep-privileges.ts';
import { requireAdministrator, requireDeletable, requireEnabled } from './keep-world.ts';
import { idIn, mayMake } from './new-row.ts';
import { customize, partOf } from './privileges.ts';
import { requireRole, requireSignIn } from './role-limits.ts';

type Given = { readonly [column: string]: unknown };

/** Lookups that say who wrote or owns a row: setting them appends nothing. */
const ofTheWrite = new Set([
  ...['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit'],
  ...['createdby', 'modifiedby', 'createdonbehalfby', 'modifiedonbehalfby'],
]);
const lookupTypes: ReadonlySet<string> = new Set(['Lookup', 'Customer', 'Owner']);
/** Tables that messages of their own write. */
const unwritten: ReadonlySet<string> = new Set(['principalobjectaccess', 'privilege', 'activitypointer']);
/** Tables whose rows come and go with the world or with the user they belong to, and are only updated. */
export const onlyUpdated: ReadonlySet<string> = new Set(['organization', 'usersettings']);

/** The guarded transaction. Refuses privilegeMissing, accessDenied, rolesTooHigh and messageNotSupported before anything
 *  is written. */
export function guardTransaction(transaction: Transaction, guarding: Guarding): Transaction {
  return transaction instanceof GuardedTransaction
    ? transaction
    : new GuardedTransaction(transaction, guarding);
}

/** The transaction behind a guarded one, for messages that have asked for the rights themselves. */
export function unguarded(transaction: Transaction): Transaction {
  return transaction instanceof GuardedTransaction ? transaction.inner : transaction;
}

/** The user in whose name a guarded transaction works; null for one that nobody's rights bound. */
export function userOf(transaction: Transaction): Guid<'systemuser'> | null {
  return transaction instanceof GuardedTransaction ? transaction.userId : null;
}

class GuardedTransaction implements Transaction {
  readonly id: Guid;
  readonly now: Date;
  readonly query: Reader['query'];
  readonly json: Reader['json'];
  readonly inner: Transaction;
  readonly userId: Guid<'systemuser'>;
  readonly #guarding: Guarding;
  readonly #reader: Reader;

  constructor(inner: Transaction, guarding: Guarding) {
    this.inner = inner;
    this.#guarding = guarding;
    this.userId = guarding.userId;
    this.id = inner.id;
    this.now = inner.now;
    this.query = (statement) => inner.query(statement);
    this.json = (statement) => inner.json(statement);
    this.#reader = guardReader(inner, guarding);
  }

  get files(): Transaction['files'] {
    return this.inner.files;
  }

  row<T extends Table>(table: T, id: Guid): Promise<Row<T> | null> {
    return this.#reader.row(table, id);
  }

  rows<T extends Table>(table: T, where: Where<T>, options?: ReadOptions<T>): Promise<Row<T>[]> {
    return this.#reader.rows(table, where, options);
  }

  async create<T extends Table>(
    table: T,
    values: Values<T>,
    place?: 'last',
  ): Promise<Guid<T['logicalName']>> {
    refuseByHand('Create', table);
    const checks = this.#checks();
    await this.#needNew(table, values, 'create');
    // A row that is made for somebody else is assigned to them.
    const owner = idIn((values as Given).ownerid);
    if (owner !== null && owner !== this.#guarding.userId) this.#guarding.access.rule(table, 'assign');
    if (needAppendTo(checks, table, values)) await this.#needNew(table, values, 'append');
    await checks.answer(this.inner);
    this.#touch(table);
    const signed = this.#signed(table, values, 'createdonbehalfby');
    const { detect } = this.#guarding;
    if (table.logicalName !== 'systemuser' && !detect) return this.inner.create(table, signed, place);
    const id = await this.inner.create(table, signed);
    if (table.logicalName === 'systemuser') await this.#addSettings(id);
    await detect?.({ reader: this.inner, table, id, columns: null });
    return id;
  }

  async update<T extends Table>(
    table: T,
    id: Guid,
    values: Values<T>,
    version?: string,
    place?: 'last',
  ): Promise<void> {
    refuseByHand('Update', table);
    const checks = this.#checks();
    const names = Object.keys(values);
    const assigns = names.includes('ownerid') && table.ownership === 'UserOwned';
    if (assigns) checks.need(table, id, 'assign');
    // An update of nothing but the owner is the message Assign.
    if (!assigns || names.length > 1) checks.need(table, id, 'write');
    if (needAppendTo(checks, table, values)) checks.need(table, id, 'append');
    await checks.answer(this.inner);
    const { userId, depthOf, detect } = this.#guarding;
    if (table.logicalName === 'systemuser') {
      await requireSignIn(this.inner, userId, depthOf, { user: id, values });
      await requireEnabled(this.inner, id, values);
    }
    this.#touch(table);
    const signed = this.#signed(table, values, 'modifiedonbehalfby');
    if (!detect) return this.inner.update(table, id, signed, version, place);
    await this.inner.update(table, id, signed, version);
    await detect({ reader: this.inner, table, id, columns: names });
  }

  async delete(table: Table, id: Guid, version?: string): Promise<void> {
    refuseByHand('Delete', table);
    await this.#checks().need(table, id, 'delete').answer(this.inner);
    await requireDeletable(this.inner, table, id);
    this.#touch(table);
    return this.inner.delete(table, id, version);
  }

  /** One by one: the rights on each row are asked before it is written. */
  async write(...[writes, timers]: Parameters<Transaction['write']>): Promise<void> {
    for (const { operation, table, id, values } of writes) {
      const typed = values as Values<Table>;
      if (operation === 'create') await this.create(table, { ...typed, [table.primaryId]: id });
      else if (operation === 'update') await this.update(table, id, typed);
      else await this.delete(table, id);
    }
    await this.inner.write([], timers);
  }

  reached(...walk: Parameters<Transaction['reached']>): ReturnType<Transaction['reached']> {
    return this.inner.reached(...walk);
  }

  /** A row is locked to be written in some way, which is asked for when it happens; a row that is there and that may not
   *  be touched at all is refused at once. */
  async lock<T extends Table>(table: T, id: Guid, mode?: 'wait' | 'skip'): Promise<Row<T> | null> {
    const row = await this.inner.lock(table, id, mode);
    const rights = ['write', 'read', 'assign', 'delete'] as const;
    if (row !== null)
      await this.#checks()
        .needOneOf(table, id, ...rights)
        .answer(this.inner);
    return row;
  }

  async associate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    await this.#needEnds(schemaName, first, second, true);
    return this.inner.associate(schemaName, first, second);
  }

  async disassociate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    await this.#needEnds(schemaName, first, second, false);
    return this.inner.disassociate(schemaName, first, second);
  }

  /** Customizing takes the privilege to create tables, whatever is changed. */
  async define(change: Parameters<Transaction['define']>[0]): Promise<void> {
    this.#guarding.requirePrivilege(customize);
    let next: Definitions | null = null;
    await this.inner.define((current) => {
      next = change(current);
      return next;
    });
    // A table comes with its privileges.
    if (next !== null) await addPrivilegesOf(this.inner, extended(builtInModel, next).tables.values());
    this.#guarding.wrote('privilege');
  }

  setTimer(timer: Timer): Promise<void> {
    return this.inner.setTimer(timer);
  }

  cancelTimer(key: string): Promise<void> {
    return this.inner.cancelTimer(key);
  }

  afterCommit(act: () => void): void {
    this.inner.afterCommit(act);
  }

  about(conversation: Guid<'msdyn_ocliveworkitem'>): void {
    this.inner.about(conversation);
  }

  /** The product makes the settings of a user with the user. */
  async #addSettings(systemuserid: Guid): Promise<void> {
    await this.inner.create(usersettings, { ...newUserSettings, systemuserid });
    this.#guarding.wrote('usersettings');
  }

  #checks(): Checks {
    return new Checks(this.#guarding.access, this.#guarding.userId);
  }

  #touch(table: Table): void {
    this.#guarding.wrote(table.logicalName);
  }

  async #needNew(table: Table, values: Given, right: 'create' | 'append'): Promise<void> {
    const { access, userId } = this.#guarding;
    const allowed = await mayMake(this.inner, access, this.#guarding, { table, values, right });
    if (!allowed) throw accessDenied(userId, right, table, String(values[table.primaryId] ?? 'none'));
  }

  /** The values with who acted for the user; an update by the user alone clears who did before. */
  #signed<T extends Table>(table: T, values: Values<T>, column: string): Values<T> {
    return column in table.columns ? { ...values, [column]: this.#guarding.behalf } : values;
  }

  async #needEnds(schemaName: string, first: Guid, second: Guid, adds: boolean): Promise<void> {
    const relationship = manyToMany.find((one) => one.schemaName === schemaName);
    const [near, far] = (relationship?.ends ?? []).map(({ table }) => tables.get(table));
    if (!relationship || !near || !far)
      throw new TypeError(`there is no many-to-many relationship ${schemaName}`);
    const { userId, depthOf } = this.#guarding;
    const checks = this.#checks();
    switch (relationship.intersect) {
      case 'systemuserroles':
      case 'teamroles':
        checks.need(near, first, 'append').need(far, second, 'assign');
        if (adds) await requireRole(this.inner, userId, depthOf, second);
        else if (relationship.intersect === 'systemuserroles')
          await requireAdministrator(this.inner, first, second);
        break;
      case 'roleprivileges':
        checks.need(near, first, 'write');
        if (adds) throw new Refusal('messageNotSupported', 'Associate', 'roleprivileges');
        break;
      case 'teammembership':
        checks.need(near, first, 'write').need(far, second, 'read');
        break;
      default:
        checks.need(near, first, 'append').need(far, second, 'appendTo');
    }
    await checks.answer(this.inner);
    this.#guarding.wrote(relationship.intersect);
  }
}

/** Intersects are written by associating their ends, shares by the messages of sharing, privileges by nobody, activities
 *  by their own tables; the organization and the settings of a user are neither made nor deleted. */
function refuseByHand(message: string, table: Table): void {
  const { isIntersect, logicalName } = table;
  if (isIntersect || unwritten.has(logicalName) || (message !== 'Update' && onlyUpdated.has(logicalName)))
    throw new Refusal('messageNotSupported', message, table.logicalName);
}

/** Asks for appendTo on every row the values point to; true when there is one. */
function needAppendTo(checks: Checks, table: Table, values: Given): boolean {
  // A part of another row is written by the rights on that row.
  if (table.logicalName in partOf) return false;
  let appends = false;
  for (const [name, value] of Object.entries(values)) {
    const definition = table.columns[name];
    const id = definition && lookupTypes.has(definition.type) ? idIn(value) : null;
    if (id === null || ofTheWrite.has(name)) continue;
    const named =
      typeof value === 'object' && value !== null && 'table' in value ? String(value.table) : null;
    const target = tables.get(named ?? definition?.targets?.[0] ?? '');
    if (!target) continue;
    checks.need(target, id, 'appendTo');
    appends = true;
  }
  return appends;
}
