import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { account } from '../tables/dataverse/account.ts';
import { businessunit } from '../tables/dataverse/businessunit.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { queue } from '../tables/dataverse/queue.ts';
import { queueitem } from '../tables/dataverse/queueitem.ts';
import { systemuser } from '../tables/dataverse/systemuser.ts';
import { team } from '../tables/dataverse/team.ts';
import { type Column, systemUserId, type Table, tables, type Values } from '../tables/index.ts';
import { principalobjectaccess } from '../tables/platform/principalobjectaccess.ts';
import { isStored } from './columns.ts';
import { openStore, type RowWrite, type Store, type Transaction } from './index.ts';

let together: TestStore;
let alone: TestStore;
beforeAll(async () => {
  [together, alone] = await Promise.all([openTestStore(), openTestStore()]);
});
afterAll(() => Promise.all([together.close(), alone.close()]));

const cause = { actor: systemUserId, cause: 'test' };
const nowhere = 'ffffffff-0000-4000-8000-000000000000';
let ids = 0;
const nextId = (): string => `aaaaaaaa-0000-4000-8000-${String(++ids).padStart(12, '0')}`;

const write = (store: Store, writes: readonly RowWrite[]) =>
  store.transact(cause, (transaction) => transaction.write(writes));

async function writeAlone(transaction: Transaction, { operation, table, id, values }: RowWrite) {
  const typed = values as Values<Table>;
  if (operation === 'create') await transaction.create(table, { ...typed, [table.primaryId]: id });
  else if (operation === 'update') await transaction.update(table, id, typed);
  else await transaction.delete(table, id);
}

const create = (table: Table, values: RowWrite['values'], id = nextId()): RowWrite => ({
  operation: 'create',
  table,
  id,
  values,
});
const update = (table: Table, id: string, values: RowWrite['values']): RowWrite => ({
  operation: 'update',
  table,
  id,
  values,
});

/** Values a column may hold, but for lookups and what is settled together with other columns. */
function valuesOf(name: string, column: Column): fc.Arbitrary<unknown> | null {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return fc
        .oneof(
          fc.string({ unit: 'grapheme', maxLength: Math.min(column.maxLength ?? 9, 9) }),
          fc.constantFrom('"', '\\', "it's", '🙂', '{},null'),
        )
        .map((text) => text.slice(0, column.maxLength).replaceAll('\0', ''));
    case 'Integer':
      return fc.integer({ min: column.min ?? -9, max: Math.min(column.max ?? 9, 99) });
    case 'Decimal':
    case 'Money':
    case 'Double':
      return fc
        .constantFrom(0, 1.5, 12.25, 100_000)
        .filter((n) => n >= (column.min ?? 0) && n <= (column.max ?? n));
    case 'Boolean':
      return fc.boolean();
    case 'DateTime':
      return fc
        .date({ min: new Date('1753-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => (column.behavior === 'DateOnly' ? new Date(date.toISOString().slice(0, 10)) : date));
    case 'Picklist':
      if (!column.options?.length) return fc.nat(9);
      return fc.constantFrom(...(column.options ?? []).map(({ value }) => value));
    case 'MultiSelectPicklist':
      return fc.subarray(
        (column.options ?? []).map(({ value }) => value),
        { maxLength: 3 },
      );
    case 'BigInt':
      return name === 'versionnumber' ? null : fc.constantFrom('0', '-5', '638000000000000001');
    case 'Image':
      return fc.constantFrom('AAEC', '/w==');
    default:
      return null;
  }
}

const settled = new Set([
  'statecode',
  'statuscode',
  'activitytypecode',
  'objecttypecode',
  'createdon',
  'modifiedon',
]);

function someValues(table: Table): fc.Arbitrary<Record<string, unknown>> {
  const named = Object.entries(table.columns).flatMap(([name, column]) => {
    if (!isStored(column) || column.required === 'SystemRequired' || settled.has(name)) return [];
    const arbitrary = valuesOf(name, column);
    return arbitrary === null ? [] : [[name, fc.option(arbitrary, { nil: null })] as const];
  });
  return fc
    .subarray([...named], { maxLength: 9 })
    .chain((some) => fc.record(Object.fromEntries(some) as Record<string, fc.Arbitrary<unknown>>));
}

/** One row to write: which of the old rows or a new one, what it points to, by numbers into the rows there are then. */
const oneWrite = fc
  .constantFrom('account', 'contact', 'contact', 'queueitem', 'msdyn_ocliveworkitem')
  .chain((name) =>
    fc.record({
      name: fc.constant(name),
      isNew: fc.boolean(),
      which: fc.nat(),
      points: fc.option(fc.nat()),
      owner: fc.option(fc.nat()),
      state: fc.boolean(),
      values: someValues(tables.get(name) ?? account),
    }),
  );
type OneWrite = typeof oneWrite extends fc.Arbitrary<infer T> ? T : never;

const parentOf: Readonly<
  Record<string, { readonly column: string; readonly target: Table; readonly bare?: true }>
> = {
  contact: { column: 'parentcustomerid', target: account },
  account: { column: 'parentaccountid', target: account, bare: true },
  queueitem: { column: 'objectid', target: msdyn_ocliveworkitem },
  msdyn_ocliveworkitem: { column: 'regardingobjectid', target: contact },
};

describe('many writes in one statement', () => {
  const people: { readonly table: string; readonly id: string }[] = [];
  const rows = new Map<Table, string[]>();

  beforeAll(async () => {
    const [ada, bo, crew, desk, unit] = [nextId(), nextId(), nextId(), nextId(), nextId()];
    people.push(
      { table: 'systemuser', id: ada },
      { table: 'systemuser', id: bo },
      { table: 'team', id: crew },
    );
    const first = [
      create(businessunit, { name: 'Unit' }, unit),
      create(systemuser, { domainname: 'ada', businessunitid: unit }, ada),
      create(systemuser, { domainname: 'bo' }, bo),
      create(team, { name: 'Crew', businessunitid: unit }, crew),
      create(queue, { name: 'Desk' }, desk),
      create(account, { name: 'One' }),
      create(account, { name: 'Two' }),
    ];
    const top = first[5]?.id ?? '';
    first.push(
      create(principalobjectaccess, {
        principalid: ada,
        principaltypecode: 'systemuser',
        objectid: top,
        objecttypecode: 'account',
        accessrightsmask: 1,
        inheritedaccessrightsmask: 0,
      }),
    );
    rows.set(account, [top]);
    for (const { store } of [together, alone])
      await store.transact(cause, async (transaction) => {
        for (const one of first) await writeAlone(transaction, one);
      });
  });

  /** The writes of a list, which may point to each other backwards. */
  function toWrites(list: readonly OneWrite[]): RowWrite[] {
    const made = new Map([...rows].map(([table, known]) => [table, [...known]]));
    const changed = new Set<string>();
    let hands = false;
    return list.flatMap(({ name, isNew, which, points, owner, state, values: given }): RowWrite[] => {
      const table = tables.get(name) ?? account;
      const known = rows.get(table) ?? [];
      const values: Record<string, unknown> = { ...given };
      const { column, target, bare } = parentOf[table.logicalName] ?? { column: '', target: table };
      const there = made.get(target) ?? [];
      const pointed = points === null ? undefined : there[points % Math.max(there.length, 1)];
      const id = isNew || known.length === 0 ? nextId() : (known[which % known.length] ?? '');
      if (pointed !== undefined && pointed !== id)
        values[column] = bare ? pointed : { table: target.logicalName, id: pointed };
      if (owner !== null && table.ownership === 'UserOwned') values.ownerid = people[owner % people.length];
      if (state) values.statecode = 1;
      if (changed.has(id)) return [];
      changed.add(id);
      if (known.includes(id)) {
        // What is handed down comes after all rows are written: with two that hand down, the order would tell.
        if (hands) for (const name of ['ownerid', column]) delete values[name];
        hands ||= values.ownerid !== undefined || values[column] !== undefined;
        return [update(table, id, values)];
      }
      made.set(table, [...(made.get(table) ?? []), id]);
      return [create(table, values, id)];
    });
  }

  /** Creates first, then what hands nothing down. */
  const inOrder = (writes: readonly RowWrite[]) => {
    const place = ({ operation, table, values }: RowWrite) => {
      const { column = '' } = parentOf[table.logicalName] ?? {};
      return operation === 'create'
        ? 0
        : values.ownerid === undefined && values[column] === undefined
          ? 1
          : 2;
    };
    return [...writes].sort((one, other) => place(one) - place(other));
  };

  const version = /versionnumber|createdon$|modifiedon$|enteredon|workeridmodifiedon|changedon/;

  async function left(store: Store, table: Table) {
    const all = await store.rows(table, {});
    return all.map((row) => Object.entries(row).filter(([name]) => !version.test(name)));
  }

  async function log(store: Store, from: number) {
    const changes = await store.changes({ after: from, limit: 100_000 });
    const plain = (entry: object | null) =>
      entry &&
      Object.fromEntries(
        Object.entries(entry)
          .filter(([name]) => !version.test(name))
          .sort(),
      );
    const told = changes.map(({ table, id, operation, before, after, actor, cause: by }) =>
      JSON.stringify([
        table,
        table === 'principalobjectaccess' ? '' : id,
        operation,
        plain(before && { ...before, principalobjectaccessid: 0 }),
        plain(after && { ...after, principalobjectaccessid: 0 }),
        actor,
        by,
      ]),
    );
    return told.sort();
  }

  it('leaves the same rows and the same log as one by one, whatever they are and in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oneWrite, { minLength: 1, maxLength: 10 }), fc.nat(), async (list, turn) => {
        const writes = toWrites(list);
        const [newest, other] = await Promise.all(
          [together, alone].map(async ({ store }) => (await store.changeRange()).newest),
        );
        const by = turn % writes.length;
        await write(together.store, [...writes.slice(by), ...writes.slice(0, by)]);
        await alone.store.transact(cause, async (transaction) => {
          for (const one of inOrder(writes)) await writeAlone(transaction, one);
        });
        for (const table of [account, contact, queueitem, msdyn_ocliveworkitem])
          expect(await left(together.store, table)).toEqual(await left(alone.store, table));
        expect(await log(together.store, newest ?? 0)).toEqual(await log(alone.store, other ?? 0));
        for (const { operation, table, id } of writes)
          if (operation === 'create') rows.set(table, [...(rows.get(table) ?? []), id]);
      }),
      { numRuns: 25, seed: 7, endOnFailure: true },
    );
  }, 60_000);
});

describe('what a bundle refuses and keeps', () => {
  const rowsNow = (id: string) => together.store.row(contact, id);

  it('lets rows of one list point to each other in any order, and logs them in the order given', async () => {
    const [one, two] = [nextId(), nextId()];
    const { newest } = await together.store.changeRange();
    await write(together.store, [
      create(contact, { lastname: 'Member', parentcustomerid: { table: 'account', id: one } }, two),
      create(account, { name: 'Firm', primarycontactid: two }, one),
      update(contact, two, { firstname: 'Kim' }),
    ]);
    expect(await rowsNow(two)).toMatchObject({ fullname: 'Kim Member', parentcustomerid: { id: one } });
    const changes = await together.store.changes({ after: newest });
    expect(changes.map(({ id, operation }) => [id, operation])).toEqual([
      [two, 'create'],
      [one, 'create'],
    ]);
  });

  it('refuses what create and update refuse, and keeps nothing of it, even where that is caught', async () => {
    const taken = nextId();
    const fresh = nextId();
    await write(together.store, [create(contact, { lastname: 'Taken' }, taken)]);
    const wrong: readonly (readonly [RowWrite, string])[] = [
      [create(contact, { lastname: 'Again' }, taken), 'recordExists'],
      [update(contact, nowhere, { lastname: 'Nobody' }), 'recordNotFound'],
      [update(contact, taken, { parentcustomerid: { table: 'account', id: nowhere } }), 'recordNotFound'],
      [update(contact, taken, { lastname: 'x'.repeat(51) }), 'textTooLong'],
    ];
    for (const [one, key] of wrong) {
      const caught = together.store.transact(cause, (transaction) =>
        transaction
          .write([create(contact, { lastname: 'Fresh' }, fresh), one])
          .catch((error: unknown) => error),
      );
      expect((await refusalOf(caught)).key).toBe(key);
      expect(await rowsNow(fresh)).toBeNull();
    }
    expect(await rowsNow(taken)).toMatchObject({ lastname: 'Taken' });
  });

  it('writes a thousand rows and their log with one statement', async () => {
    let statements = 0;
    const opened = await openStore({ url: together.url });
    const store = opened.heardBy({ statement: () => void statements++, committing: () => undefined });
    const many = Array.from({ length: 500 }, (_, n) => create(contact, { lastname: `Many ${n}` }));
    const changed = many.map(({ id }, n) => update(contact, id, { [`address1_line${1 + (n % 3)}`]: 'x' }));
    await write(store, many);
    const before = statements;
    await write(store, [...changed, ...many.map(({ values }) => create(account, { name: values.lastname }))]);
    expect([before, statements - before]).toEqual([1, 1]);
    expect((await store.changes({ after: 0, limit: 100_000 })).slice(-1000)).toHaveLength(1000);
    await store.close();
  });

  it('logs of a row that many write at once what each overwrote, in the order of the writes', async () => {
    const [id, other] = [nextId(), nextId()];
    await write(together.store, [
      create(contact, { lastname: '-' }, id),
      create(contact, { lastname: '-' }, other),
    ]);
    const { newest } = await together.store.changeRange();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const both = [
          update(contact, id, { lastname: `${n}` }),
          update(contact, other, { lastname: `${n}` }),
        ];
        return write(together.store, n % 2 === 0 ? both : both.reverse());
      }),
    );
    const changes = await together.store.changes({ after: newest });
    for (const one of [id, other]) {
      const names = changes.filter((change) => change.id === one).map(({ before, after }) => [before, after]);
      expect(names.map(([before]) => before?.lastname)).toEqual([
        '-',
        ...names.slice(0, -1).map(([, after]) => after?.lastname),
      ]);
      expect(names).toHaveLength(20);
      expect((await rowsNow(one))?.lastname).toBe(names.at(-1)?.[1]?.lastname);
    }
  });

  it('sets and takes away timers with the rows, and without any', async () => {
    const timer = (key: string) => ({ key, due: new Date('2030-01-01'), kind: 'test', payload: { key } });
    const keys = async () =>
      (await together.store.query({ text: 'select key from wirechief.timer order by key', values: [] })).map(
        ({ key }) => key,
      );
    const timed = (writes: readonly RowWrite[], set: readonly string[], cancelled: readonly string[]) =>
      together.store.transact(cause, (transaction) =>
        transaction.write(writes, { set: set.map(timer), cancelled }),
      );
    await timed([create(contact, { lastname: 'Timed' })], ['a', 'b', 'c'], []);
    expect(await keys()).toEqual(['a', 'b', 'c']);
    await timed([create(contact, { lastname: 'Timed' })], ['d'], ['a', 'b']);
    expect(await keys()).toEqual(['c', 'd']);
    await timed([], ['c', 'e'], ['d']);
    expect(await keys()).toEqual(['c', 'e']);
    await timed([], [], ['c', 'e']);
    expect(await keys()).toEqual([]);
  });
});
