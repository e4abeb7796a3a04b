import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const nobody = '00000000-0000-4000-8000-00000000dead';
const crlf = (lines: readonly string[]): string => lines.join('\r\n');

/** One part as the product's documents write it. */
function part(
  request: string,
  body?: object,
  head: readonly string[] = [],
  inner: readonly string[] = [],
): string {
  return crlf([
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...head,
    '',
    `${request} HTTP/1.1`,
    ...(body ? ['Content-Type: application/json'] : []),
    ...inner,
    '',
    ...(body ? [JSON.stringify(body)] : ['']),
  ]);
}

const changeSet = (...parts: readonly string[]): string =>
  crlf([
    'Content-Type: multipart/mixed; boundary=cs',
    '',
    ...parts.flatMap((one) => ['--cs', one]),
    '--cs--',
    '',
  ]);

const batch = (...parts: readonly string[]): string =>
  crlf([...parts.flatMap((one) => ['--b', one]), '--b--', '']);

const send = (
  body: string,
  headers: Record<string, string> = {},
  type = 'multipart/mixed; boundary=b',
): Promise<Answer> => web.call('POST', '$batch', { body, headers: { 'content-type': type, ...headers } });

const statuses = ({ text }: Answer): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3}) [A-Za-z ]+\r$/gm)].map(([, status]) => Number(status));
const count = async (name: string): Promise<string> =>
  (await web.call('GET', `contacts/$count?$filter=startswith(lastname,'${name}')`)).text;

describe('$batch (webapi.md §10)', () => {
  it('the answer starts with the delimiter, echoes Content-ID, and tells Location and OData-EntityId (§18 trap 12)', async () => {
    const answer = await send(
      batch(
        changeSet(
          part(`POST ${root}/contacts`, { lastname: 'Hart' }, ['Content-ID: 1']),
          part(`POST ${root}/incidents`, { title: 'Billing', 'customerid_contact@odata.bind': '$1' }, [
            'Content-ID: 2',
          ]),
        ),
        part('GET /api/data/v9.2/contacts?$select=lastname&$top=1'),
      ),
    );
    expect(answer.status).toBe(200);
    const [, boundary] =
      /^multipart\/mixed; boundary=(batchresponse_[0-9a-f-]{36})$/.exec(
        answer.headers['Content-Type'] ?? '',
      ) ?? [];
    const lines = answer.text.split('\r\n');
    expect(lines[0]).toBe(`--${boundary}`);
    expect(lines[1]).toMatch(/^Content-Type: multipart\/mixed; boundary=changesetresponse_[0-9a-f-]{36}$/);
    const inner = lines[1]?.split('boundary=')[1];
    expect(lines.slice(2, 9)).toEqual([
      '',
      `--${inner}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      '',
      'HTTP/1.1 204 No Content',
    ]);
    const one = lines.slice(9, lines.indexOf(`--${inner}`, 9));
    expect(one).toContain('OData-Version: 4.0');
    const location = one.find((line) => line.startsWith('Location: '))?.slice(10);
    expect(location).toMatch(/\/api\/data\/v9\.2\/contacts\([0-9a-f-]{36}\)$/);
    expect(one).toContain(`OData-EntityId: ${location}`);
    expect(statuses(answer)).toEqual([204, 204, 200]);
    expect(answer.text.endsWith(`--${boundary}--\r\n`)).toBe(true);
    const contact = location?.slice(-37, -1);
    const cases = await web.call('GET', `incidents?$filter=_customerid_value eq ${contact}&$select=title`);
    expect(cases.json.value).toHaveLength(1);
  });

  it('reads what real clients send', async () => {
    const id = await web.create('contacts', { lastname: 'Quirk' });
    const body = [
      '',
      '--b',
      'Content-Type: application/http',
      'Content-Transfer-Encoding:binary',
      '',
      `GET ${root}/contacts?$select=lastname&$filter=lastname eq 'Quirk' and contactid eq ${id} HTTP/1.1`,
      'Accept: application/json',
      '--b',
      'Content-Type: application/http',
      'Content-Transfer-Encoding:binary',
      '',
      `GET contacts(${id.toUpperCase()})/lastname HTTP/1.1`,
      '',
      '--b',
      'Content-Type: multipart/mixed;boundary="set 1"',
      '',
      '--set 1',
      'content-type:application/http',
      '',
      `PATCH /api/data/v9.2/contacts(${id}) HTTP/1.1`,
      'Content-Type: application/json;odata=verbose',
      '',
      '{"jobtitle":"Buyer"}',
      '--set 1--',
      '--b--',
    ];
    for (const end of ['\r\n', '\n']) {
      const answer = await send(body.join(end), {}, 'multipart/mixed;boundary="b"');
      expect([answer.status, statuses(answer)]).toEqual([200, [200, 200, 204]]);
      expect(answer.text).toContain('"value":"Quirk"');
      expect(answer.text).toContain(`"contactid":"${id}"`);
    }
  });

  it('a change set that fails undoes its earlier parts and answers once (§18 trap 13)', async () => {
    const answer = await send(
      batch(
        part('POST contacts', { lastname: 'Before' }),
        changeSet(
          part('POST contacts', { lastname: 'Undone1' }, ['Content-ID: 1']),
          part('POST contacts', { lastname: 'Undone2', nosuch: 1 }, ['Content-ID: 2']),
          part('POST contacts', { lastname: 'Undone3' }, ['Content-ID: 3']),
        ),
        part('POST contacts', { lastname: 'After' }),
      ),
    );
    expect([answer.status, statuses(answer)]).toEqual([400, [204, 400]]);
    expect(answer.text).toContain("Invalid property 'nosuch' was found");
    expect(answer.text).not.toContain('changesetresponse');
    expect([await count('Undone'), await count('Before'), await count('After')]).toEqual(['0', '1', '0']);
  });

  it('a GET in a change set is refused and undoes the rest (§18 trap 13)', async () => {
    const answer = await send(
      batch(changeSet(part('POST contacts', { lastname: 'WithGet' }), part('GET contacts?$top=1'))),
    );
    expect([answer.status, statuses(answer)]).toEqual([400, [400]]);
    expect(answer.text).toContain("An invalid HTTP method 'GET' was detected for a request in a change set.");
    expect(await count('WithGet')).toBe('0');
  });

  it('without a preference it stops at the first failure, with odata.continue-on-error it does not', async () => {
    const body = batch(
      part('POST contacts', { lastname: 'Goes' }),
      part(`GET contacts(${nobody})`),
      part('POST contacts', { lastname: 'On' }),
    );
    const stopped = await send(body);
    expect([stopped.status, statuses(stopped)]).toEqual([404, [204, 404]]);
    const went = await send(body, { prefer: 'odata.include-annotations="a,b", odata.continue-on-error' });
    expect([went.status, statuses(went)]).toEqual([200, [204, 404, 204]]);
    expect(went.text).toContain('0x80040217');
  });

  it('headers of a part are its own: Prefer, If-Match, If-None-Match', async () => {
    const id = await web.create('contacts', { lastname: 'Part' });
    const answer = await send(
      batch(
        part('POST contacts?$select=lastname', { lastname: 'Shown' }, [], ['Prefer: return=representation']),
        part(`PATCH contacts(${id})`, { jobtitle: 'x' }, [], ['If-Match: W/"1"']),
        part(`PATCH contacts(${nobody})`, { jobtitle: 'x' }, [], ['If-Match: *']),
        part(`PATCH contacts(${id})`, { jobtitle: 'x' }, [], ['If-None-Match: null']),
        part(`DELETE contacts(${id})`),
      ),
      { prefer: 'odata.continue-on-error', 'if-match': '*' },
    );
    expect(statuses(answer)).toEqual([201, 412, 404, 204, 204]);
    expect(answer.text).toContain('Preference-Applied: return=representation');
    expect(answer.text).toContain('Content-Type: application/json; odata.metadata=minimal\r\n');
  });

  it('$<Content-ID> stands for a row as the start of a URL, in a bind and in @odata.id', async () => {
    const answer = await send(
      batch(
        changeSet(
          part('POST accounts', { name: 'Ref Ltd' }, ['Content-ID: acc']),
          part('POST contacts', { lastname: 'Ref1', 'parentcustomerid_account@odata.bind': '$acc' }, [
            'Content-ID: 2',
          ]),
          part('PUT $acc/primarycontactid/$ref', { '@odata.id': '$2' }, ['Content-ID: 3']),
          part('POST $acc/contact_customer_accounts', { lastname: 'Ref2' }, ['Content-ID: 4']),
          part('PATCH $2', { jobtitle: 'Buyer' }, ['Content-ID: 5']),
        ),
        part(
          "GET accounts?$filter=name eq 'Ref Ltd'&$expand=primarycontactid($select=jobtitle),contact_customer_accounts($select=lastname)",
        ),
      ),
    );
    expect([answer.status, statuses(answer)]).toEqual([200, [204, 204, 204, 204, 204, 200]]);
    expect(answer.text).toContain('"jobtitle":"Buyer"');
    expect(answer.text).toContain('Ref2');
  });

  it('a Content-ID used before its declaration is refused', async () => {
    const answer = await send(
      batch(
        changeSet(
          part('POST contacts', { lastname: 'Early', 'parentcustomerid_account@odata.bind': '$1' }, [
            'Content-ID: 2',
          ]),
          part('POST accounts', { name: 'Late' }, ['Content-ID: 1']),
        ),
      ),
    );
    expect([answer.status, statuses(answer)]).toEqual([400, [400]]);
    expect(answer.text).toContain("Content-ID Reference: '$1' does not exist in the batch context.");
  });

  it('a URL of 65,536 characters is read inside, a longer one refused (§1, trap 12)', async () => {
    const url = (length: number): string =>
      `contacts?$top=1&tag=${'x'.repeat(length - '/api/data/v9.2/contacts?$top=1&tag='.length)}`;
    expect(statuses(await send(batch(part(`GET ${url(65_536)}`))))).toEqual([200]);
    expect(statuses(await send(batch(part(`GET ${url(65_537)}`))))).toEqual([400]);
  });

  it.each<[string, string, string | undefined, RegExp]>([
    ['another type', batch(part('GET contacts')), 'application/json', /multipart\/mixed/],
    ['no boundary', batch(part('GET contacts')), 'multipart/mixed', /names no boundary/],
    ['another boundary', batch(part('GET contacts')), 'multipart/mixed; boundary=c', /no line '--c'/],
    ['an empty body', '', undefined, /no line '--b'/],
    [
      'a body cut off',
      batch(part('POST contacts', { lastname: 'Cut' })).slice(0, -8),
      undefined,
      /is it whole/,
    ],
    ['no requests', '--b\r\n--b--\r\n', undefined, /./],
    ['only the end', '--b--\r\n', undefined, /holds no request/],
    [
      'no request line',
      batch('Content-Type: application/http\r\n\r\nhello'),
      undefined,
      /not a request line/,
    ],
    [
      'a part of another type',
      batch('Content-Type: text/plain\r\n\r\nhello'),
      undefined,
      /application\/http/,
    ],
    [
      'a nested change set',
      batch(changeSet(changeSet(part('POST contacts', {})))),
      undefined,
      /not other change sets|ends before/,
    ],
    [
      '1,001 requests',
      batch(...Array.from({ length: 1001 }, () => part('GET contacts'))),
      undefined,
      /at most 1000/,
    ],
    [
      '1,001 in a change set',
      batch(changeSet(...Array.from({ length: 1001 }, () => part('POST contacts', {})))),
      undefined,
      /at most 1000/,
    ],
    [
      'one Content-ID twice',
      batch(
        changeSet(part('POST contacts', {}, ['Content-ID: 1']), part('POST contacts', {}, ['Content-ID: 1'])),
      ),
      undefined,
      /stands twice/,
    ],
  ])('%s is refused as a whole, and nothing is run', async (_, body, type, message) => {
    const answer = await send(body, {}, type);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toMatch(message);
    expect(await count('Cut')).toBe('0');
  });

  it('a batch in a batch and a call action in a change set are refused', async () => {
    const nested = await send(batch(part('POST $batch', {})));
    expect([nested.status, statuses(nested)]).toEqual([400, [400]]);
    expect((await web.call('GET', '$batch')).status).toBe(405);
    const id = await web.create('msdyn_ocliveworkitems', { subject: 'x' });
    const action = part(`POST msdyn_ocliveworkitems(${id})/Microsoft.Dynamics.CRM.CCaaS_EndCall`, {});
    const inside = await send(batch(changeSet(action)));
    expect([inside.status, statuses(inside)]).toEqual([400, [400]]);
    expect(inside.text).toContain('CCaaS_EndCall acts on the call at once');
    expect(web.events).toEqual([]);
    expect(statuses(await send(batch(action)))).toEqual([204]);
    expect(web.events).toHaveLength(1);
  });

  it('1,000 creates in one change set are one transaction', async () => {
    const { store } = web.database;
    const { newest } = await store.changeRange();
    const parts = Array.from({ length: 1000 }, (_, place) =>
      part('POST contacts', { lastname: `Bulk${place}` }, [`Content-ID: ${place}`]),
    );
    const answer = await send(batch(changeSet(...parts)));
    expect(new Set(statuses(answer))).toEqual(new Set([204]));
    expect([...answer.text.matchAll(/^Content-ID: (\d+)\r$/gm)].map(([, id]) => Number(id))).toEqual(
      parts.map((_, place) => place),
    );
    expect(await count('Bulk')).toBe('1000');
    const changes = await store.changes({ after: newest });
    expect(new Set(changes.map(({ transaction }) => transaction)).size).toBe(1);
  });
});
