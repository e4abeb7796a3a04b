import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { account } from '../tables/dataverse/account.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_liveworkstream } from '../tables/dataverse/msdyn_liveworkstream.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { systemuser } from '../tables/dataverse/systemuser.ts';
import { type Column, systemUserId, type Table, tables } from '../tables/index.ts';
import { isLookup, isStored } from './columns.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const cause = { actor: systemUserId, cause: 'test' };

/** Values that a column may hold; undefined for those this test leaves alone. */
function valuesFor(column: Column): fc.Arbitrary<unknown> | undefined {
  if (!isStored(column) || isLookup(column)) return undefined;
  const { min, max, options, maxLength } = column;
  if (column.behavior === 'DateOnly') {
    return fc.integer({ min: -70_000, max: 200_000 }).map((day) => new Date(day * 86_400_000));
  }
  switch (column.type) {
    case 'Integer':
      return fc.integer({
        min: Math.max(min ?? 0, -(2 ** 31)),
        max: Math.min(max ?? 2 ** 31 - 1, 2 ** 31 - 1),
      });
    case 'Decimal':
    case 'Money':
    case 'Double':
      return fc.double({ min: min ?? -1e9, max: max ?? 1e9, noNaN: true }).map((value) => value + 0);
    case 'Boolean':
    case 'ManagedProperty':
      return fc.boolean();
    case 'DateTime':
      return fc.date({ min: new Date('1753-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    case 'Picklist':
      return options === undefined ? fc.nat() : fc.constantFrom(...options.map(({ value }) => value));
    case 'MultiSelectPicklist':
      return fc
        .subarray(
          (options ?? []).map(({ value }) => value),
          { minLength: 1 },
        )
        .map((values) => values.sort((a, b) => a - b));
    case 'BigInt':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
    case 'Image':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'String':
    case 'Memo':
      return fc
        .string({ unit: 'grapheme', maxLength: 20 })
        .map((text) => (text.length > (maxLength ?? 1_000) ? 'x' : text));
    case 'Uniqueidentifier':
    case 'File':
      return fc.uuid();
    default:
      return undefined;
  }
}

/** What follows other columns of the row. */
const leftAlone = new Set(['versionnumber', 'statecode', 'statuscode', 'fullname', 'yomifullname']);

function rowsOf(table: Table): fc.Arbitrary<Record<string, unknown>> {
  const columns = Object.entries(table.columns).flatMap(([name, column]) => {
    const values = leftAlone.has(name) || name === table.primaryId ? undefined : valuesFor(column);
    if (values === undefined) return [];
    return [[name, column.required === 'SystemRequired' ? values : fc.option(values, { freq: 4 })] as const];
  });
  return fc.record(Object.fromEntries(columns), { requiredKeys: [] });
}

describe('what is written is what is read', () => {
  it.each([contact, account, systemuser, msdyn_ocliveworkitem, msdyn_liveworkstream])(
    'for every kind of column of $logicalName, on create and update',
    async (table: Table) => {
      await fc.assert(
        fc.asyncProperty(rowsOf(table), rowsOf(table), async (created, updated) => {
          const { store } = test;
          const id = await store.transact(cause, (transaction) =>
            transaction.create(table, created as never),
          );
          expect(await store.row(table, id)).toMatchObject(created);
          await store.transact(cause, (transaction) => transaction.update(table, id, updated as never));
          const { modifiedon: _, ...kept } = created;
          expect(await store.row(table, id)).toMatchObject({ ...kept, ...updated });
        }),
        { numRuns: 12, interruptAfterTimeLimit: 10_000 },
      );
    },
  );

  it('for every table with its defaults, and the log tells the same', async () => {
    const { store } = test;
    const after = (await store.changeRange()).newest;
    const made = new Map<string, string>();
    await store.transact(cause, async (transaction) => {
      for (const table of tables.values()) made.set(table.logicalName, await transaction.create(table, {}));
    });
    const changes = await store.changes({ after });
    expect(changes.map(({ table, id }) => [table, id])).toEqual([...made]);
    for (const [name, id] of made) {
      const table = tables.get(name);
      if (table === undefined) throw new Error(name);
      const row = await store.row(table, id);
      expect(Object.keys(row ?? {}).sort()).toEqual(Object.keys(table.columns).sort());
      const logged = changes.find((change) => change.table === name);
      expect(logged?.after?.[table.primaryId]).toBe(id);
      expect(logged?.version).toBe(row?.versionnumber);
      const filled = Object.entries(row ?? {}).filter(
        ([column, value]) => value !== null && column !== 'versionnumber',
      );
      const wire = Object.keys(logged?.after ?? {}).filter((key) => !key.includes('@'));
      expect(wire.map((key) => key.replace(/^_(.*)_value$/, '$1')).sort()).toEqual(
        filled.map(([key]) => key).sort(),
      );
    }
    await store.transact(cause, async (transaction) => {
      for (const [name, id] of made) {
        const table = tables.get(name);
        if (table !== undefined) await transaction.delete(table, id);
      }
    });
  });

  it('tells of a secret only that it is set, and of a picture nothing', async () => {
    const { store } = test;
    const after = (await store.changeRange()).newest;
    await store.transact(cause, async (transaction) => {
      const id = await transaction.create(contact, {
        adx_identity_passwordhash: 'hash',
        entityimage: 'AAAA',
      });
      await transaction.update(contact, id, { adx_identity_passwordhash: null });
    });
    const [made, changed] = await store.changes({ after });
    expect(made?.after).toMatchObject({ adx_identity_passwordhash: '***' });
    expect(Object.keys(made?.after ?? {})).not.toContain('entityimage');
    expect(changed).toMatchObject({
      before: { adx_identity_passwordhash: '***' },
      after: { adx_identity_passwordhash: null },
    });
  });
});
