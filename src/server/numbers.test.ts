import fc from 'fast-check';
import parsePhoneNumber, { type CountryCode, getExampleNumber } from 'libphonenumber-js';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { openStore, type Store } from '../store/index.ts';
import { contact } from '../tables/dataverse/index.ts';
import { type Guid, systemUserId } from '../tables/index.ts';
import { organization } from '../tables/platform/index.ts';
import { normaliseNumber, numbering } from './numbers.ts';

describe('a number as people write it (behaviour.md §3.2: numbers in E.164)', () => {
  it.each([
    ['+45 20 00 00 01', null, '+4520000001'],
    ['0045 20000001', null, '+4520000001'],
    ['+45 (20) 00-00-01', null, '+4520000001'],
    ['4520000001', null, '+4520000001'],
    ['20 00 00 01', null, null],
    ['20 00 00 01', 'DK', '+4520000001'],
    ['20 00 00 01', '45', '+4520000001'],
    ['20 00 00 01', '+45', '+4520000001'],
    ['20000001 ext. 5', 'DK', '+4520000001'],
    ['(020) 7946 0958', 'gb', '+442079460958'],
    ['20 00 00 01', 'nowhere', null],
    ['101', 'DK', null],
    ['call me', 'DK', null],
    ['', 'DK', null],
  ])('%j in %s is %s', (text, country, expected) => {
    expect(normaliseNumber(text, country)).toBe(expected);
  });

  it('is the same however it is spelt', () => {
    const countries = Object.keys(examples) as CountryCode[];
    const spellings = fc.tuple(
      fc.constantFrom(...countries),
      fc.constantFrom('national', 'international', 'e164', 'double zero', 'hyphens', 'no plus'),
    );
    fc.assert(
      fc.property(spellings, ([country, spelling]) => {
        const number = getExampleNumber(country, examples);
        if (number === undefined || parsePhoneNumber(number.number)?.country !== country) return;
        const written = {
          national: number.formatNational(),
          international: number.formatInternational(),
          e164: number.number,
          'double zero': number.number.replace('+', '00'),
          hyphens: number.formatInternational().replaceAll(' ', '-'),
          'no plus': number.number.slice(1),
        }[spelling];
        const home = spelling === 'national' ? country : null;
        expect(normaliseNumber(written ?? '', home)).toBe(number.number);
      }),
      { seed: 20261121, numRuns: 400 },
    );
  });
});

describe('the number beside the number', () => {
  let store: Store;
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  const cause = { actor: systemUserId, cause: 'test' };
  const add = (mobilephone: string): Promise<Guid> =>
    store.transact(cause, (transaction) => transaction.create(contact, { lastname: 'Berg', mobilephone }));
  const kept = async (id: string): Promise<unknown> => {
    const text = 'select "mobilephone@e164" as number from "dataverse"."contact" where "contactid" = $1';
    return (await store.query({ text, values: [id] }))[0]?.number;
  };
  beforeAll(async () => {
    database = await makeTestDatabase();
    store = await openStore({ url: database.url, numbers: numbering });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it('is computed on every write; what was written stays, and rows and log know nothing of it', async () => {
    const id = await add('+45 20 00 00 01');
    expect(await kept(id)).toBe('+4520000001');
    const row = await store.row(contact, id);
    expect(row?.mobilephone).toBe('+45 20 00 00 01');
    await store.transact(cause, async (transaction) => {
      await transaction.update(contact, id, { mobilephone: '+45 20-00-00-02' });
    });
    expect(await kept(id)).toBe('+4520000002');
    await store.transact(cause, (transaction) =>
      transaction.write([{ operation: 'update', table: contact, id, values: { mobilephone: null } }]),
    );
    expect(await kept(id)).toBeNull();
    const told = JSON.stringify([row, await store.changes({ after: 0 })]);
    expect(told).toContain('+45 20 00 00 01');
    expect(told).not.toContain('e164');
  });

  it('follows the country of the organization, for rows that are there too, and on opening', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await add(`20 00 00 1${n}`));
    expect(await kept(ids[0] ?? '')).toBeNull();
    await store.transact(cause, (transaction) =>
      transaction.create(organization, { name: 'Contoso', defaultcountrycode: 'DK' }),
    );
    await expect
      .poll(async () => Promise.all(ids.map(kept)))
      .toEqual(['+4520000010', '+4520000011', '+4520000012']);
    expect(store.e164('20 00 00 99')).toBe('+4520000099');
    await store.close();
    const raw = await openStore({ url: database.url });
    await raw.close();
    store = await openStore({ url: database.url, numbers: numbering });
    expect(await kept(ids[2] ?? '')).toBe('+4520000012');
  });
});
