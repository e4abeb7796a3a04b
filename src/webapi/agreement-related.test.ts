/** Paths, lambdas and query functions over a thousand rows as PostgreSQL carries them out, against a naive evaluation in
 *  memory. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';

interface Session {
  readonly subject: string | null;
  readonly channel: number | null;
}

interface Conversation {
  readonly id: string;
  readonly subject: string | null;
  readonly channels: readonly number[] | null;
  readonly transfers: number | null;
  readonly queue: string | null;
  readonly sessions: readonly Session[];
}

const words = [null, '', 'a', 'B', 'ab', 'AB', 'b_'] as const;
const channels = [192350000, 192360000, 192440000] as const;
const queues = ['Front desk', 'front DESK', 'Back'] as const;
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const idOf = (kind: number, index: number): string =>
  `00000000-0000-4000-800${kind}-${String(index).padStart(12, '0')}`;

const conversations: Conversation[] = Array.from({ length: 1000 }, (_, index) => ({
  id: idOf(1, index),
  subject: pick(words, index),
  channels: index % 5 === 0 ? null : channels.filter((_channel, bit) => (index >> bit) & 1),
  transfers: pick([null, 0, 1, 2, 3], index * 3),
  queue: pick([null, ...queues], index * 7 + 2),
  sessions: Array.from({ length: index % 4 }, (_, session) => ({
    subject: pick(words, index + session * 3),
    channel: pick([null, ...channels], index + session),
  })),
}));

let web: TestWebApi;

/** Rows go in by SQL: a thousand requests would take longer than the test. */
async function insert(table: string, rows: readonly { readonly [column: string]: unknown }[]): Promise<void> {
  const types = `json_populate_recordset(null::dataverse.${table}, $1::json)`;
  const columns = Object.keys(rows[0] ?? {})
    .map((name) => `"${name}"`)
    .join(', ');
  await web.database.store.query({
    text: `insert into dataverse.${table} (${columns}) select ${columns} from ${types}`,
    values: [JSON.stringify(rows)],
  });
}

beforeAll(async () => {
  web = await openTestWebApi();
  const queueIds = new Map(queues.map((name, index) => [name as string, idOf(2, index)]));
  await insert(
    'queue',
    queues.map((name) => ({ queueid: queueIds.get(name), name, versionnumber: 1 })),
  );
  await insert(
    'msdyn_ocliveworkitem',
    conversations.map(({ id, subject, channels: held, transfers, queue }) => ({
      activityid: id,
      versionnumber: 1,
      subject,
      msdyn_channel: held,
      msdyn_transfercount: transfers,
      msdyn_cdsqueueid: queue === null ? null : queueIds.get(queue),
    })),
  );
  await insert(
    'msdyn_ocsession',
    conversations.flatMap(({ id, sessions }, index) =>
      sessions.map(({ subject, channel }, number) => ({
        activityid: idOf(3, index * 10 + number),
        versionnumber: 1,
        subject,
        msdyn_channel: channel,
        msdyn_liveworkitemid: id,
      })),
    ),
  );
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

type Truth = boolean | null;
/** A filter as text, and what it says of a conversation. */
interface Case {
  readonly text: string;
  readonly of: (conversation: Conversation) => Truth;
}

const same = (left: string | number | null, right: string | number): Truth =>
  left === null ? null : String(left).toLowerCase() === String(right).toLowerCase();
const not = (value: Truth): Truth => (value === null ? null : !value);
const and = (values: readonly Truth[]): Truth =>
  values.includes(false) ? false : values.includes(null) ? null : true;
const any = (values: readonly Truth[]): Truth => not(and(values.map(not)));
const fn = (name: string, column: string, args = ''): string =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}'${args})`;
const listOf = (values: readonly (string | number)[]): string =>
  `,PropertyValues=[${values.map((value) => `"${value}"`).join(',')}]`;

const word = fc.constantFrom('a', 'B', 'ab', 'Ab', '', 'c');
const some = fc.constantFrom<readonly number[]>(...channels.map((channel) => [channel]), [...channels], [1]);

const path = fc.constantFrom(...queues, 'nobody').map((name): Case => {
  const text = `msdyn_cdsqueueid_msdyn_ocliveworkitem/name eq '${name}'`;
  return { text, of: ({ queue }) => same(queue, name) };
});
const within = fc
  .tuple(fc.uniqueArray(word, { minLength: 1 }), fc.boolean())
  .map(([list, negative]): Case => {
    const of = ({ subject }: Conversation): Truth => any(list.map((one) => same(subject, one)));
    const text = fn(negative ? 'NotIn' : 'In', 'subject', listOf(list));
    return { text, of: negative ? (row) => not(of(row)) : of };
  });
const between = fc
  .tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: -1, max: 4 }), fc.boolean())
  .map(([low, high, negative]): Case => {
    const of = ({ transfers }: Conversation): Truth =>
      transfers === null ? null : transfers >= low && transfers <= high;
    const text = fn(negative ? 'NotBetween' : 'Between', 'msdyn_transfercount', listOf([low, high]));
    return { text, of: negative ? (row) => not(of(row)) : of };
  });
const holds = fc.tuple(some, fc.boolean()).map(([list, negative]): Case => {
  const of = ({ channels: held }: Conversation): Truth =>
    held === null ? null : held.some((one) => list.includes(one));
  const text = fn(negative ? 'DoesNotContainValues' : 'ContainValues', 'msdyn_channel', listOf(list));
  return { text, of: negative ? (row) => not(of(row)) : of };
});
const sessions = 'msdyn_msdyn_ocliveworkitem_msdyn_ocsession_liveworkstreamid';
const lambda = fc
  .tuple(fc.constantFrom('any', 'all'), word, fc.constantFrom(...channels), fc.boolean())
  .map(([operator, value, channel, both]): Case => {
    const of = ({ subject, channel: own }: Session): Truth =>
      both ? and([same(subject, value), same(own, channel)]) : same(subject, value);
    const text = `${sessions}/${operator}(s:s/subject eq '${value}'${both ? ` and s/msdyn_channel eq ${channel}` : ''})`;
    return {
      text,
      of: (row) =>
        operator === 'any'
          ? row.sessions.some((session) => of(session) === true)
          : row.sessions.every((session) => of(session) === true),
    };
  });
const compared = fc.tuple(fc.constantFrom('eq', 'ne'), word).map(
  ([operator, value]): Case => ({
    text: `subject ${operator} '${value}'`,
    of: ({ subject }) => (operator === 'eq' ? same(subject, value) : not(same(subject, value))),
  }),
);

const { tree } = fc.letrec<{ tree: Case }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    fc.oneof(path, within, between, holds, lambda, compared),
    fc.tuple(fc.constantFrom('and', 'or'), tie('tree'), tie('tree')).map(
      ([word, left, right]): Case => ({
        text: `(${left.text} ${word} ${right.text})`,
        of: (row) => (word === 'and' ? and : any)([left.of(row), right.of(row)]),
      }),
    ),
    fc.oneof(path, lambda, compared).map(
      (one): Case => ({
        text: `not (${one.text})`,
        of: (row) => not(one.of(row)),
      }),
    ),
  ),
}));

describe('paths, lambdas and query functions agree with a naive evaluation (webapi.md §8)', () => {
  it('over a thousand rows, with empty values, case and multi-select columns', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ text, of }) => {
        const expected = conversations.filter((row) => of(row) === true).map(({ id }) => id);
        const answer = await web.call(
          'GET',
          `msdyn_ocliveworkitems?$select=activityid&$filter=${encodeURIComponent(text)}`,
        );
        expect(answer.status, answer.text).toBe(200);
        const rows: { activityid: string }[] = answer.json.value;
        expect(rows.map(({ activityid }) => activityid)).toEqual(expected);
      }),
      { numRuns: 200, seed: 20260105 },
    );
  });
});
