/** Random FetchXML filters as PostgreSQL carries them out, against a naive evaluation in memory; and that any accepted
 *  query is one statement without a literal of the caller's. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { Refusal, tables } from '../../tables/index.ts';
import { fullAccess } from '../plan/asker.ts';
import { entityOf } from '../plan/entity.ts';
import { Planning } from '../plan/filter.ts';
import { planPlace } from '../plan/place.ts';
import { defaultSettings } from '../plan/settings.ts';
import { annotationNames } from '../plan.ts';
import { aggregateToSql } from '../sql/aggregate.ts';
import { rowsToSql } from '../sql/rowset.ts';
import { parseFetch } from './parse/fetch.ts';
import { planFetch } from './plan/plan.ts';

interface Call {
  readonly activityid: string;
  readonly subject: string | null;
  readonly msdyn_transfercount: number | null;
  readonly msdyn_isoutbound: boolean | null;
  readonly statuscode: number;
  readonly msdyn_channel: string | null;
  readonly msdyn_initiatedon: string | null;
}
type Column = Exclude<keyof Call, 'activityid'>;
type Cell = string | number | boolean | null;

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const subjects = [null, 'a', 'B', 'ab', 'AB', 'a%b', 'a_b', 'x[1]', "o'c", 'Ærø', 'ærø', 'a&<b>"'] as const;
const counts = [null, 0, 1, 2, 5] as const;
const channels = [null, '192360000', '192440000', '192360000,192440000'] as const;
const instants = [null, '2026-01-05T10:00:00Z', '2026-01-05T10:00:01Z', '2025-12-31T23:59:59Z'] as const;
const total = 240;

const calls: Call[] = Array.from({ length: total }, (_, index) => ({
  activityid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  subject: pick(subjects, index),
  msdyn_transfercount: pick(counts, index * 3 + Math.floor(index / 12)),
  msdyn_isoutbound: pick([true, false], Math.floor(index / 5)),
  statuscode: pick([1, 2], index),
  msdyn_channel: pick(channels, Math.floor(index / 3)),
  msdyn_initiatedon: pick(instants, Math.floor(index / 7)),
}));

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
  for (const { statuscode: _, ...columns } of calls) await web.create('msdyn_ocliveworkitems', columns);
  const stored = await web.call('GET', 'msdyn_ocliveworkitems?$select=statuscode');
  const status = new Map<string, number>(
    stored.json.value.map((row: Call) => [row.activityid, row.statuscode]),
  );
  for (const call of calls) Object.assign(call, { statuscode: status.get(call.activityid) });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

interface Test {
  readonly attribute: Column;
  readonly operator: string;
  readonly values: readonly string[];
}
type Tree = Test | { readonly type: 'and' | 'or'; readonly items: readonly Tree[] };

const xmlText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function printed(tree: Tree): string {
  if ('type' in tree) return `<filter type='${tree.type}'>${tree.items.map(printed).join('')}</filter>`;
  const values = tree.values.map((value) => `<value>${xmlText(value)}</value>`).join('');
  return `<condition attribute='${tree.attribute}' operator='${tree.operator}'>${values}</condition>`;
}

const numberOf = (attribute: Column, text: string): Cell =>
  attribute === 'msdyn_isoutbound'
    ? text === 'true'
    : attribute === 'subject' || attribute === 'msdyn_initiatedon' || attribute === 'msdyn_channel'
      ? text.toLowerCase()
      : Number(text);

/** SQL Server's LIKE without sets, one character at a time. */
function like(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('%'))
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((rest) =>
      like(rest, pattern.slice(1)),
    );
  if (text === '') return false;
  return (
    (pattern.startsWith('_') || pattern.charAt(0) === text.charAt(0)) && like(text.slice(1), pattern.slice(1))
  );
}

/** Whether a row meets a condition; the negative operators are met by empty values too. */
function meets(tree: Tree, call: Call): boolean {
  if ('type' in tree)
    return tree.type === 'and'
      ? tree.items.every((item) => meets(item, call))
      : tree.items.some((item) => meets(item, call));
  const cell = call[tree.attribute];
  const { operator } = tree;
  if (operator === 'null') return cell === null;
  if (operator === 'not-null') return cell !== null;
  const positive = {
    ne: 'eq',
    neq: 'eq',
    'not-in': 'in',
    'not-like': 'like',
    'not-begin-with': 'begins-with',
    'not-end-with': 'ends-with',
    'not-between': 'between',
    'not-contain-values': 'contain-values',
  }[operator];
  if (positive !== undefined) return cell === null || !meets({ ...tree, operator: positive }, call);
  if (cell === null) return false;
  const own = typeof cell === 'string' ? cell.toLowerCase() : cell;
  const [low = null, high = null] = tree.values.map((value) => numberOf(tree.attribute, value));
  const pattern = String(low);
  switch (operator) {
    case 'eq':
      return own === low;
    case 'gt':
      return own > (low ?? '');
    case 'ge':
      return own >= (low ?? '');
    case 'lt':
      return own < (low ?? '');
    case 'le':
      return own <= (low ?? '');
    case 'in':
      return tree.values.some((value) => numberOf(tree.attribute, value) === own);
    case 'between':
      return own >= (low ?? '') && own <= (high ?? '');
    case 'like':
      return like(String(own), pattern);
    case 'begins-with':
      return like(String(own), `${pattern}%`);
    case 'ends-with':
      return like(String(own), `%${pattern}`);
    case 'contain-values':
      return tree.values.some((value) => String(cell).split(',').includes(value));
    default:
      throw new Error(operator);
  }
}

const oneOf = (...operators: string[]) => fc.constantFrom(...operators);
const some = (values: readonly (string | number | boolean | null)[], minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...values.filter((value) => value !== null).map(String)), {
    minLength,
    maxLength,
  });
const test = (
  attribute: Column,
  operators: fc.Arbitrary<string>,
  values: fc.Arbitrary<string[]>,
): fc.Arbitrary<Test> => fc.record({ attribute: fc.constant(attribute), operator: operators, values });

const condition: fc.Arbitrary<Tree> = fc.oneof(
  test(
    'subject',
    oneOf('eq', 'ne', 'neq', 'gt', 'ge', 'lt', 'le'),
    some([...subjects.filter((s) => s !== 'x[1]'), 'c'], 1, 1),
  ),
  test(
    'subject',
    oneOf('like', 'not-like', 'begins-with', 'not-begin-with', 'ends-with', 'not-end-with'),
    some(['a%', '_b', 'B', 'æ', '%o%', "'"], 1, 1),
  ),
  test('subject', oneOf('in', 'not-in'), some(subjects, 1, 3)),
  test('msdyn_transfercount', oneOf('eq', 'ne', 'gt', 'ge', 'lt', 'le'), some([...counts, -1, 3], 1, 1)),
  test('msdyn_transfercount', oneOf('between', 'not-between'), some(counts, 2, 2)),
  test('statuscode', oneOf('eq', 'ne', 'in', 'not-in'), some([1, 2, 77], 1, 1)),
  test('msdyn_isoutbound', oneOf('eq', 'ne'), some([true, false], 1, 1)),
  test(
    'msdyn_channel',
    oneOf('contain-values', 'not-contain-values'),
    some(['192360000', '192440000', '192350000'], 1, 2),
  ),
  test('msdyn_channel', oneOf('eq', 'ne'), some(channels, 1, 1)),
  test('msdyn_initiatedon', oneOf('eq', 'ne', 'gt', 'ge', 'lt', 'le'), some(instants, 1, 1)),
  fc.record({
    attribute: fc.constantFrom<Column>(
      'subject',
      'msdyn_transfercount',
      'msdyn_isoutbound',
      'msdyn_channel',
      'msdyn_initiatedon',
    ),
    operator: oneOf('null', 'not-null'),
    values: fc.constant([]),
  }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    condition,
    fc.record({
      type: fc.constantFrom<'and' | 'or'>('and', 'or'),
      items: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

describe('FetchXML filters agree with a naive evaluation (webapi.md §9)', () => {
  it('for random trees, with empty values, case and multi-select', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (filter) => {
        const xml = `<fetch><entity name='msdyn_ocliveworkitem'><attribute name='subject'/><filter>${printed(filter)}</filter></entity></fetch>`;
        const answer = await web.call('GET', `msdyn_ocliveworkitems?fetchXml=${encodeURIComponent(xml)}`);
        expect(answer.status).toBe(200);
        const found = answer.json.value.map((row: Call) => row.activityid).sort();
        expect(found).toEqual(
          calls.filter((call) => meets(filter, call)).map(({ activityid }) => activityid),
        );
      }),
      { numRuns: 200, seed: 9 },
    );
  });

  it('pages by the cookie neither repeat nor lose a row, whatever the order', async () => {
    const escaped = (text: string) => text.replace(/[<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
    const orders = fc.uniqueArray(
      fc.constantFrom<Column>(
        'subject',
        'msdyn_transfercount',
        'statuscode',
        'msdyn_initiatedon',
        'msdyn_isoutbound',
      ),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(
        orders,
        fc.boolean(),
        fc.integer({ min: 31, max: 120 }),
        async (columns, descending, count) => {
          const order = columns
            .map((name) => `<order attribute='${name}' descending='${descending}'/>`)
            .join('');
          const query = (fetch: string) =>
            `<fetch ${fetch}><entity name='msdyn_ocliveworkitem'><attribute name='subject'/>${order}</entity></fetch>`;
          const get = (fetch: string) =>
            web.call('GET', `msdyn_ocliveworkitems?fetchXml=${encodeURIComponent(query(fetch))}`, {
              headers: { prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"' },
            });
          const whole = await get('');
          const found: unknown[] = [];
          for (let [page, cookie] = [1, '']; ; page += 1) {
            const { json } = await get(`count='${count}' page='${page}' paging-cookie="${escaped(cookie)}"`);
            found.push(...json.value);
            const note = json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'];
            if (note === undefined) break;
            cookie = decodeURIComponent(decodeURIComponent(/pagingcookie="([^"]*)"/.exec(note)?.[1] ?? ''));
          }
          expect(found).toEqual(whole.json.value);
        },
      ),
      { numRuns: 30, seed: 9 },
    );
  });
});

describe('one statement, whatever is asked (style.md §5)', () => {
  const contact = tables.get('contact');
  if (!contact) throw new Error('no contact');
  const asker = {
    userId: caller.userId,
    businessUnitId: caller.businessUnitId,
    access: fullAccess,
    settings: defaultSettings,
    now: new Date(),
  };

  const statement = (xml: string): { text: string; values: readonly unknown[] } | null => {
    try {
      const planning = new Planning(new Map(), asker);
      const [at] = planPlace({ root: entityOf(contact), rootId: null, steps: [] }, planning);
      if (!at) throw new Error('no place');
      const { query } = planFetch(
        parseFetch(xml),
        at,
        { count: true, maxPageSize: null, token: null },
        planning,
      );
      const annotations = { formatted: true, navigation: true, table: true, settings: defaultSettings };
      expect(Object.keys(annotationNames)).toHaveLength(3);
      return query.kind === 'rows' ? rowsToSql(query, annotations) : aggregateToSql(query, annotations);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  };

  const piece = fc.constantFrom(
    "<attribute name='lastname' alias='QQ7a'/>",
    "<attribute name='ownerid'/>",
    "<attribute name='creditlimit'/>",
    '<all-attributes/>',
    "<order attribute='gendercode'/><order attribute='parentcustomerid' descending='1'/>",
    "<filter type='or'><condition attribute='lastname' operator='eq' value='QQ7&#39;;--'/><condition attribute='numberofchildren' operator='gt' value='777777'/></filter>",
    "<filter><condition attribute='lastname' operator='like' value='%[Q-Q]7;--%'/></filter>",
    "<filter><condition attribute='createdon' operator='last-x-days' value='777'/></filter>",
    "<filter><condition attribute='contactid' operator='in'><value>77777777-7777-4777-8777-777777777777</value></condition></filter>",
    "<filter><link-entity name='account' from='primarycontactid' to='contactid' link-type='all'><filter><condition attribute='name' operator='eq' value='QQ7'/></filter></link-entity></filter>",
    "<link-entity name='account' from='accountid' to='parentcustomerid' alias='QQ7b' link-type='outer'><attribute name='name'/><attribute name='revenue' alias='QQ7c'/><order attribute='ownerid'/></link-entity>",
    "<link-entity name='account' from='primarycontactid' to='contactid' link-type='exists'><filter><condition attribute='name' operator='ne' value='QQ7'/></filter></link-entity>",
    "<link-entity name='account' from='primarycontactid' to='contactid' link-type='matchfirstrowusingcrossapply'><attribute name='name'/></link-entity>",
    "<attribute name='jobtitle' alias='QQ7d' groupby='true'/><attribute name='creditlimit' alias='QQ7e' aggregate='sum'/><order alias='QQ7d'/>",
  );
  const fetch = fc.constantFrom(
    '',
    "count='777' page='7'",
    "distinct='1'",
    "top='777'",
    "aggregate='1' aggregatelimit='777'",
  );

  it('holds no literal of the caller and no second statement', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fetch, fc.uniqueArray(piece, { maxLength: 5 }), async (attributes, pieces) => {
        const xml = `<fetch ${attributes}><entity name='contact'>${pieces.join('')}</entity></fetch>`;
        const made = statement(xml);
        if (!made) return;
        accepted += 1;
        expect(made.text).not.toMatch(/QQ7|777|--|;/);
        // PostgreSQL takes it: it is one statement, and a correct one.
        await web.database.store.query({ text: made.text, values: made.values });
      }),
      { numRuns: 250, seed: 9 },
    );
    expect(accepted).toBeGreaterThan(80);
  });
});
