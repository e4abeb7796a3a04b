/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(() => web.close());

const head = ['Content-Type: application/http', ''];
const send = (lines: readonly string[]) =>
  web.call('POST', '$batch', {
    body: [...lines, ''].join('\r\n'),
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
  });

describe('batches and writes differ from the product', () => {
  it('37 what acts on a call is refused inside a change set', async () => {
    const id = await web.create('msdyn_ocliveworkitems', { subject: 'A call' });
    const url = `msdyn_ocliveworkitems(${id})/Microsoft.Dynamics.CRM.CCaaS_HoldCall`;
    const hold = [...head, `POST ${url} HTTP/1.1`, '', ''];
    const set = ['Content-Type: multipart/mixed; boundary=c', '', '--c', ...hold, '--c--'];
    expect((await send(['--b', ...set, '--b--'])).status).toBe(400);
    expect(web.events).toEqual([]);
    expect((await send(['--b', ...hold, '--b--'])).status).toBe(200);
    expect(web.events).toHaveLength(1);
  });

  it('38 a batch is read whole before any of it runs', async () => {
    const create = [...head, 'POST contacts HTTP/1.1', '', '{"lastname":"Whole"}'];
    const answer = await send(['--b', ...create, '--b', 'Content-Type: text/plain', '', '--b--']);
    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80048d19']);
    expect((await web.call('GET', "contacts/$count?$filter=lastname eq 'Whole'")).text).toBe('0');
  });

  it('39 one body makes at most 1,000 rows', async () => {
    const contact_customer_accounts = Array.from({ length: 1000 }, () => ({ lastname: 'Many' }));
    const answer = await web.call('POST', 'accounts', { body: { name: 'x', contact_customer_accounts } });
    expect(answer.status).toBe(400);
    expect((await web.call('GET', "contacts/$count?$filter=lastname eq 'Many'")).text).toBe('0');
  });
});
