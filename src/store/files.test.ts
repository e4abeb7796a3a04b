import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { developmentUserId, type Guid } from '../tables/index.ts';

let database: TestStore;
beforeAll(async () => {
  database = await openTestStore();
});
afterAll(() => database.close());

const cause = { actor: developmentUserId, cause: 'test' };
const target = (row: Guid | null) =>
  ({
    table: contact,
    row,
    column: 'entityimage',
    name: 'a.png',
    type: 'image/png',
    owner: developmentUserId,
  }) as const;

async function upload(
  row: Guid,
  blocks: readonly Buffer[],
  order = blocks.map((_, i) => `b${i}`),
): Promise<Guid> {
  return database.store.transact(cause, async (transaction) => {
    const id = await transaction.files.begin(target(row));
    for (const [i, bytes] of blocks.entries()) await transaction.files.put(id, `b${i}`, bytes);
    await transaction.files.complete(id, order, { name: 'b.png', type: 'image/png' });
    return id;
  });
}

const makeContact = () =>
  database.store.transact(cause, (transaction) => transaction.create(contact, { lastname: 'Hart' }));

async function all(id: Guid, from: number, to: number, size?: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of database.store.files.read(id, from, to, size)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const count = async (table: string) =>
  Number(
    (await database.store.query({ text: `select count(*) as n from wirechief.${table}`, values: [] }))[0]?.n,
  );

describe('files (webapi.md §15)', () => {
  it('gives any part of what was uploaded, whatever the blocks and their order', async () => {
    const row = await makeContact();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 }),
        fc.nat(250),
        fc.nat(250),
        fc.integer({ min: 1, max: 70 }),
        async (blocks, a, b, size) => {
          const bytes = blocks.map((block) => Buffer.from(block));
          const order = bytes.map((_, i) => `b${i}`).reverse();
          const id = await upload(row, bytes, order);
          const whole = Buffer.concat([...bytes].reverse());
          expect((await database.store.files.find(id))?.size).toBe(whole.length);
          expect(await all(id, 0, whole.length, size)).toEqual(whole);
          const [from, to] = [Math.min(a, b, whole.length), Math.min(Math.max(a, b), whole.length)];
          expect(await all(id, from, to, size)).toEqual(whole.subarray(from, to));
        },
      ),
      { seed: 15, numRuns: 40 },
    );
  });

  it('keeps one file a column: the next takes its place', async () => {
    const row = await makeContact();
    const first = await upload(row, [Buffer.from('one')]);
    const second = await upload(row, [Buffer.from('two')]);
    expect(await database.store.files.find(first)).toBeNull();
    expect(await database.store.files.of(contact, row, 'entityimage')).toMatchObject({
      id: second,
      name: 'b.png',
      size: 3,
    });
  });

  it('goes with its row, the change log holding none of it', async () => {
    const row = await makeContact();
    const { newest } = await database.store.changeRange();
    const before = await count('file_block');
    const id = await upload(row, [Buffer.from('secret bytes')]);
    await database.store.transact(cause, (transaction) => transaction.delete(contact, row));
    expect(await database.store.files.find(id)).toBeNull();
    expect(await count('file_block')).toBe(before);
    const log = JSON.stringify(await database.store.changes({ after: newest }));
    expect(log).not.toContain(Buffer.from('secret bytes').toString('base64'));
  });

  it.each([[['b0', 'b0']], [['b0', 'b9']]])('refuses the block list %j', async (list) => {
    const row = await makeContact();
    await expect(upload(row, [Buffer.from('x')], list)).rejects.toMatchObject({ key: 'invalidArgument' });
  });

  it('throws away what was begun a day ago and never completed', async () => {
    const row = await makeContact();
    const id = await database.store.transact(cause, (transaction) => transaction.files.begin(target(row)));
    const old = `update wirechief.file set begun = now() - interval '25 hours' where id = $1`;
    await database.store.query({ text: old, values: [id] });
    await database.store.transact(cause, (transaction) => transaction.files.begin(target(row)));
    expect(await database.store.files.find(id)).toBeNull();
  });

  it('takes no block for a file that is complete or gone', async () => {
    const id = await upload(await makeContact(), [Buffer.from('checked')]);
    const put = (file: Guid) =>
      database.store.transact(cause, ({ files }) => files.put(file, 'b0', Buffer.from('changed')));
    await expect(put(id)).rejects.toMatchObject({ key: 'invalidArgument' });
    await expect(put(developmentUserId)).rejects.toMatchObject({ key: 'invalidArgument' });
    expect((await all(id, 0, 100)).toString()).toBe('checked');
  });
});
