/** Whatever stands in the body of a batch: an answer, never a fault, and what was written is what was answered. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

type Part = 'good' | 'unknown column' | 'missing row' | 'not JSON' | 'get' | 'reference';
type Item = { readonly set: boolean; readonly parts: readonly Part[] };

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Part>('good') },
  fc.constantFrom<Part>('unknown column', 'missing row', 'not JSON', 'get', 'reference'),
);
const item: fc.Arbitrary<Item> = fc.record({
  set: fc.boolean(),
  parts: fc.array(part, { minLength: 1, maxLength: 5 }),
});
const lineEnd = fc.constantFrom('\r\n', '\n');

const nobody = '00000000-0000-4000-8000-00000000dead';
const bodies: { readonly [P in Part]: string } = {
  good: '{"lastname":"Any"}',
  'unknown column': '{"lastname":"Any","nosuch":1}',
  'missing row': `{"lastname":"Any","parentcustomerid_account@odata.bind":"accounts(${nobody})"}`,
  'not JSON': '{"lastname":',
  get: '',
  reference: '{"lastname":"Any","parentcustomerid_contact@odata.bind":"$0"}',
};

const linesOf = (kind: Part, place: number): string[] => [
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  `Content-ID: ${place}`,
  '',
  kind === 'get' ? 'GET contacts?$top=1 HTTP/1.1' : 'POST /api/data/v9.2/contacts HTTP/1.1',
  'Content-Type: application/json',
  '',
  bodies[kind],
];

function print(items: readonly Item[], end: string): string {
  const lines: string[] = [];
  for (const { set, parts } of items) {
    if (set)
      lines.push(
        '--b',
        'Content-Type: multipart/mixed; boundary=cs',
        '',
        ...parts.flatMap((kind, place) => ['--cs', ...linesOf(kind, place)]),
        '--cs--',
      );
    else for (const [place, kind] of parts.entries()) lines.push('--b', ...linesOf(kind, place));
  }
  return [...lines, '--b--', ''].join(end);
}

const succeeds = (kind: Part, place: number): boolean =>
  kind === 'good' || (kind === 'reference' && place > 0);

/** Sends the body; gives the statuses answered and how many rows each transaction made. */
async function send(body: string, goesOn: boolean) {
  const { store } = web.database;
  const { newest } = await store.changeRange();
  const prefer: Record<string, string> = goesOn ? { prefer: 'odata.continue-on-error' } : {};
  const headers = { 'content-type': 'multipart/mixed; boundary=b', ...prefer };
  const { status, text } = await web.call('POST', '$batch', { body, headers });
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, one]) => Number(one));
  const made = new Map<string, number>();
  for (const { transaction, operation } of await store.changes({ after: newest }))
    if (operation === 'create') made.set(transaction, (made.get(transaction) ?? 0) + 1);
  return { status, statuses, made: [...made.values()] };
}

describe('any batch (webapi.md §10)', () => {
  it('change sets are whole or absent, and the answers say which', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 4 }),
        lineEnd,
        fc.boolean(),
        async (items, end, goesOn) => {
          const { status, made } = await send(print(items, end), goesOn);
          const expected: number[] = [];
          let stopped = false;
          for (const { set, parts } of items) {
            if (set) {
              if (parts.every((kind, place) => kind !== 'get' && succeeds(kind, place)) && !stopped)
                expected.push(parts.length);
              else stopped ||= !goesOn;
              continue;
            }
            for (const kind of parts) {
              if (stopped) break;
              // Outside of a change set a reference may lead to a row of any earlier part.
              if (kind === 'good') expected.push(1);
              else if (kind === 'reference') return;
              else if (kind !== 'get') stopped = !goesOn;
            }
          }
          expect(made).toEqual(expected);
          expect(status === 200).toBe(!stopped);
        },
      ),
      { seed: 20260105, numRuns: 40 },
    );
  }, 60_000);

  it('a body that was cut, changed or shuffled writes no more than it answers', async () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.integer({ min: 0, max: 12 }),
      insert: fc.constantFrom(
        '',
        '\r\n',
        '\n',
        '-',
        '--',
        '--b',
        '--cs--',
        '"',
        '{',
        ':',
        '$0',
        '\u0000',
        'ü',
        ' ',
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 3 }),
        lineEnd,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (items, end, changes, goesOn) => {
          let body = print(items, end);
          for (const { at, remove, insert } of changes) {
            const start = Math.floor(at * body.length);
            body = body.slice(0, start) + insert + body.slice(start + remove);
          }
          const { status, statuses, made } = await send(body, goesOn);
          expect([200, 400, 404, 405]).toContain(status);
          expect(statuses.filter((one) => one >= 500)).toEqual([]);
          const created = made.reduce((sum, count) => sum + count, 0);
          expect(created).toBe(statuses.filter((one) => one === 204 || one === 201).length);
        },
      ),
      { seed: 20260106, numRuns: 120 },
    );
  }, 60_000);
});
