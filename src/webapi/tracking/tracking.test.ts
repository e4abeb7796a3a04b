import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';
import { account, contact, subject } from '../../tables/dataverse/index.ts';
import { developmentUserId } from '../../tables/index.ts';
import { printToken, readToken } from './token.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const track = { prefer: 'odata.track-changes' };
/** The path of a link, as `call` takes it. */
const pathOf = (link: string): string => link.slice(root.length + 1);
const get = (path: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
  web.call('GET', path, { headers });
const follow = (answer: Answer, headers?: { readonly [name: string]: string }): Promise<Answer> =>
  get(pathOf(answer.json['@odata.deltaLink']), headers);
const begin = (path: string): Promise<Answer> => get(path, track);

describe('the first read (webapi.md §14: all rows plus @odata.deltaLink)', () => {
  it('has every row, the link with <version>!<time>, and says that it was honoured', async () => {
    const id = await web.create('accounts', { name: 'Alder Ltd' });
    const answer = await begin('accounts?$select=name');
    expect(answer.status).toBe(200);
    expect(answer.headers['Preference-Applied']).toBe('odata.track-changes');
    expect(answer.json['@odata.context']).toBe(`${root}/$metadata#accounts(name)`);
    expect(answer.json['@odata.deltaLink']).toMatch(
      /\/accounts\?\$select=name&\$deltatoken=\d+%21\d\d%2f\d\d%2f\d{4}%20\d\d%3a\d\d%3a\d\d$/,
    );
    expect(answer.json.value).toContainEqual(expect.objectContaining({ accountid: id, name: 'Alder Ltd' }));
  });

  it.each([
    ['$filter', "$filter=name eq 'x'"],
    ['$orderby', '$orderby=name'],
    ['$expand', '$expand=primarycontactid'],
    ['$top', '$top=3'],
  ])('refuses %s in the words of the product', async (name, option) => {
    for (const path of [`accounts?${option}`, `accounts?${option}&$deltatoken=1!01/01/2026 00:00:00`]) {
      const answer = await begin(path);
      expect(answer.status).toBe(400);
      expect(answer.json.error.message).toBe(
        `The "${name}" query parameter isn't supported when Change Tracking is enabled.`,
      );
    }
  });

  it('means nothing for one row and on a write', async () => {
    const id = await web.create('accounts', { name: 'Beech Ltd' });
    expect((await begin(`accounts(${id})`)).json['@odata.deltaLink']).toBeUndefined();
    expect(
      (await web.call('PATCH', `accounts(${id})`, { body: { name: 'Beech' }, headers: track })).status,
    ).toBe(204);
  });
});

describe('the delta (webapi.md §14: new or changed rows, then deleted ones)', () => {
  it('is empty when nothing changed, and leads on', async () => {
    const delta = await follow(await begin('subjects?$select=title'));
    expect(delta.json).toMatchObject({
      '@odata.context': `${root}/$metadata#subjects(title)/$delta`,
      value: [],
    });
    expect(delta.json['@odata.deltaLink']).toContain('$deltatoken=');
  });

  it('holds the selected columns of what is new or changed, then what is gone', async () => {
    const [kept, gone] = [
      await web.create('accounts', { name: 'Cedar' }),
      await web.create('accounts', { name: 'Elm' }),
    ];
    const first = await begin('accounts?$select=name');
    await web.call('DELETE', `accounts(${gone})`);
    await web.call('PATCH', `accounts(${kept})`, { body: { telephone1: '555' } });
    const made = await web.create('accounts', { name: 'Fir' });
    const brief = await web.create('accounts', { name: 'Gone at once' });
    await web.call('DELETE', `accounts(${brief})`);
    const delta = await follow(first);
    const deleted = (id: string) => ({
      '@odata.context': `${root}/$metadata#accounts/$deletedEntity`,
      id,
      reason: 'deleted',
    });
    expect(delta.json.value).toEqual([
      { '@odata.etag': expect.any(String), name: 'Cedar', accountid: kept },
      { '@odata.etag': expect.any(String), name: 'Fir', accountid: made },
      deleted(gone),
      // Made and deleted in between: still shown as deleted.
      deleted(brief),
    ]);
    expect((await follow(delta)).json.value).toEqual([]);
    expect((await follow(first)).json.value).toHaveLength(4);
  });

  it('is counted by $count?$deltatoken=', async () => {
    const first = await begin('accounts?$select=name');
    const token = first.json['@odata.deltaLink'].split('$deltatoken=')[1];
    expect((await get(`accounts/$count?$deltatoken=${token}`)).text).toBe('0');
    const id = await web.create('accounts', { name: 'Hazel' });
    await web.call('PATCH', `accounts(${id})`, { body: { name: 'Hazel Ltd' } });
    const answer = await get(`accounts/$count?$deltatoken=${token}`);
    expect([answer.text, answer.headers['Content-Type']]).toEqual(['1', 'text/plain; charset=utf-8']);
  });

  it('annotates rows as any read does', async () => {
    const first = await begin('accounts?$select=accountcategorycode');
    await web.create('accounts', { name: 'Ivy', accountcategorycode: 1 });
    const delta = await follow(first, { prefer: 'odata.include-annotations="*"' });
    expect(delta.json.value[0]['accountcategorycode@OData.Community.Display.V1.FormattedValue']).toBe(
      'Preferred Customer',
    );
  });
});

describe('pages (webapi.md §14 with odata.maxpagesize)', () => {
  const paged = { prefer: 'odata.track-changes, odata.maxpagesize=2' };

  /** Follows every page; gives the rows and the last page, which alone has the delta link. */
  async function readPages(
    path: string,
  ): Promise<{ rows: { id?: string; contactid?: string }[]; last: Answer }> {
    const rows: { id?: string; contactid?: string }[] = [];
    for (let next = path; ; ) {
      const answer = await get(next, paged);
      rows.push(...answer.json.value);
      expect(answer.json.value.length).toBeLessThanOrEqual(2);
      const link: string | undefined = answer.json['@odata.nextLink'];
      expect(link === undefined).toBe(answer.json['@odata.deltaLink'] !== undefined);
      if (link === undefined) return { rows, last: answer };
      next = pathOf(link);
    }
  }

  it('the token of the last page knows nothing that happened between the pages', async () => {
    for (const lastname of ['A', 'B', 'C', 'D', 'E']) await web.create('contacts', { lastname });
    const first = await get('contacts?$select=lastname', paged);
    // Between the first page and the next ones.
    const between = await web.create('contacts', { lastname: 'Between' });
    await web.call('PATCH', `contacts(${first.json.value[0].contactid})`, { body: { lastname: 'Changed' } });
    const { last } = await readPages(pathOf(first.json['@odata.nextLink']));
    const delta = await follow(last);
    const changed = delta.json.value.map(({ lastname }: { lastname: string }) => lastname);
    expect(changed).toContain('Changed');
    expect(delta.json.value.map(({ contactid }: { contactid: string }) => contactid)).toContain(between);
  });

  it('a delta of several pages tells each change once, the deleted ones last', async () => {
    const first = await begin('contacts?$select=lastname');
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) ids.push(await web.create('contacts', { lastname: `P${i}` }));
    for (const id of ids.slice(0, 3)) await web.call('DELETE', `contacts(${id})`);
    const { rows, last } = await readPages(pathOf(first.json['@odata.deltaLink']));
    expect(rows.map(({ contactid, id }) => contactid ?? id)).toEqual([...ids.slice(3), ...ids.slice(0, 3)]);
    expect((await follow(last)).json.value).toEqual([]);
  });

  it('refuses a $skiptoken that is damaged', async () => {
    const first = await begin('contacts?$select=lastname');
    const answer = await get(`${pathOf(first.json['@odata.deltaLink'])}&$skiptoken=nonsense`);
    expect([answer.status, answer.json.error.code]).toEqual([400, '0x0']);
  });
});

describe('tokens (webapi.md §14: live 7 days)', () => {
  const expired = { status: 400, json: { error: { code: '0x80044352' } } };

  it.each([
    '',
    'x',
    '5',
    '5!',
    '5!99/99/2026 00:00:00',
    '5!02/30/2026 00:00:00',
    '999999999999!01/01/2026 00:00:00',
    '-1!01/01/2026 00:00:00',
  ])('refuses %j', async (token) => {
    expect(await get(`accounts?$deltatoken=${encodeURIComponent(token)}`)).toMatchObject(expired);
  });

  it('refuses one of more than organization.expirechangetrackingindays, 7 when nothing is set', async () => {
    const day = 86_400_000;
    const aged = (ms: number) =>
      get(
        `accounts?$select=name&$deltatoken=${encodeURIComponent(printToken({ version: 1, givenOn: new Date(Date.now() - ms) }))}`,
      );
    expect((await aged(7 * day - 60_000)).status).toBe(200);
    expect(await aged(7 * day + 60_000)).toMatchObject(expired);
  });

  it('read what they were written as', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 4_102_444_800 }), (version, second) => {
        const token = { version, givenOn: new Date(second * 1000) };
        const limits = { newest: version, now: token.givenOn, days: 7 };
        expect(readToken(printToken(token), limits)).toEqual(token);
      }),
      { seed: 14 },
    );
  });
});

describe('who may follow changes (webapi.md §14; published documentation: organization level read access)', () => {
  it('is refused to a user without roles, and to one who may read only some rows', async () => {
    const user = await web.create('systemusers', {
      firstname: 'No',
      lastname: 'Roles',
      domainname: 'none@wirechief.test',
      'businessunitid@odata.bind': `/businessunits(${(await get('businessunits?$top=1')).json.value[0].businessunitid})`,
    });
    const answer = await web.call('GET', 'accounts', { headers: track, as: user });
    expect([answer.status, answer.json.error.code]).toEqual([403, '0x80040220']);
  });
});

describe('concurrent writers (webapi.md §14: no change is missed)', () => {
  it('a copy kept by delta links ends as the table is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.record({
              act: fc.constantFrom('create', 'update', 'delete'),
              which: fc.nat(9),
              pause: fc.nat(4),
            }),
            { minLength: 3, maxLength: 8 },
          ),
          { minLength: 4, maxLength: 6 },
        ),
        async (writers) => {
          const copy = new Map<string, string>();
          const take = (rows: readonly { id?: string; subjectid?: string; title?: string }[]): void => {
            for (const { id, subjectid, title } of rows)
              if (id !== undefined) copy.delete(id);
              else if (subjectid !== undefined) copy.set(subjectid, title ?? '');
          };
          const first = await begin('subjects?$select=title');
          take(first.json.value);
          let link: string = first.json['@odata.deltaLink'];
          let writing = true;
          const reader = (async () => {
            while (writing) {
              const delta = await get(pathOf(link));
              expect([delta.status, delta.text]).toEqual([200, delta.text]);
              take(delta.json.value);
              link = delta.json['@odata.deltaLink'];
            }
          })();
          const mine: string[] = [];
          const cause = { actor: developmentUserId, cause: 'test' };
          const writersDone = Promise.all(
            writers.map(async (steps, writer) => {
              // One transaction of several changes, open while others commit.
              for (const [place, { act, which, pause }] of steps.entries())
                await web.database.store
                  .transact(cause, async (transaction) => {
                    const title = `${writer}-${place}`;
                    const target = mine[which % Math.max(1, mine.length)];
                    if (act === 'create' || target === undefined)
                      mine.push(await transaction.create(subject, { title }));
                    else if (act === 'update') await transaction.update(subject, target, { title });
                    else await transaction.delete(subject, target);
                    await transaction.create(account, { name: title });
                    for (let i = 0; i < pause; i += 1)
                      await transaction.query({ text: 'select 1', values: [] });
                    await transaction.create(contact, { lastname: title });
                  })
                  .catch((error: { key?: string }) => {
                    // Another writer took the row away, before or meanwhile.
                    if (error.key !== 'recordNotFound' && error.key !== 'unavailable') throw error;
                  });
            }),
          );
          await Promise.race([writersDone, reader]);
          await writersDone;
          writing = false;
          await reader;
          const last = await get(pathOf(link));
          take(last.json.value);
          const now = await web.database.store.rows(subject, {});
          expect(copy).toEqual(new Map(now.map(({ subjectid, title }) => [subjectid, title])));
        },
      ),
      { seed: 1414, numRuns: 8, endOnFailure: true },
    );
  }, 60_000);
});
