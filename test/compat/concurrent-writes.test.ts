/** Many clients on one record, over real HTTP, one of them killed in the middle (webapi.md §2, §6). */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from './harness.ts';
import { listen } from './listening.ts';

let web: TestWebApi;
let server: Server;
let root: string;
beforeAll(async () => {
  web = await openTestWebApi();
  const listening = await listen(web);
  server = listening.server;
  root = `${listening.origin}/api/data/v9.2`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  expect(web.faults).toEqual([]);
  await web.close();
});

const clients = 32;
const all = <R>(work: (client: number) => Promise<R>): Promise<R[]> =>
  Promise.all(Array.from({ length: clients }, (_, client) => work(client)));

const send = (method: string, path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${root}/${path}`, {
    method,
    headers: { 'content-type': 'application/json', prefer: 'return=representation', ...headers },
    body: JSON.stringify(body),
  });

/** Reads the counter and writes the next number over exactly that version. The number when it was acknowledged. */
const increment = `
  async function increment(address) {
    const read = await fetch(address + '?$select=numberofchildren');
    const { numberofchildren } = await read.json();
    const next = (numberofchildren ?? 0) + 1;
    const answer = await fetch(address, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': read.headers.get('etag') },
      body: JSON.stringify({ numberofchildren: next }),
    });
    await answer.arrayBuffer();
    if (answer.status === 204) return next;
    if (answer.status === 412) return null;
    throw new Error('an update answered ' + answer.status);
  }`;
const incrementHere = new Function(`${increment}; return increment;`)() as (
  address: string,
) => Promise<number | null>;

/** A client in a process of its own: it increments without end, and tells each acknowledged number on a line. */
function spawnClient(address: string) {
  const script = `${increment}
    (async () => { for (;;) { const n = await increment(process.argv[1]); if (n !== null) process.stdout.write(n + '\\n'); } })();`;
  const child = spawn(process.execPath, ['-e', script, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('close', (_, signal) => resolve(signal)),
  );
  const acknowledged = () => output.split('\n').slice(0, -1).map(Number);
  return { child, ended, acknowledged };
}

describe('concurrent clients', () => {
  it('no update is lost under If-Match, though one client is killed with kill -9', async () => {
    const id = await web.create('contacts', { lastname: 'Counter', numberofchildren: 0 });
    const address = `${root}/contacts(${id})`;
    const victim = spawnClient(address);
    let killed = false;
    const kept = await all(async () => {
      const numbers: number[] = [];
      // Each goes on until it has had its say and the victim has had some and is gone.
      for (let left = 1; left > 0 || !killed; ) {
        const next = await incrementHere(address);
        if (next === null) continue;
        numbers.push(next);
        left -= 1;
        if (!killed && victim.acknowledged().length >= 3) {
          killed = true;
          victim.child.kill('SIGKILL');
        }
        if (numbers.length > 2000) throw new Error('the client to be killed never wrote anything');
      }
      return numbers;
    });
    expect(await victim.ended).toBe('SIGKILL');
    const numbers = [...kept.flat(), ...victim.acknowledged()];
    expect(new Set(numbers).size).toBe(numbers.length);
    // The one the victim was at when it died may be there unacknowledged; the server may be ending it still.
    const last = (await web.call('GET', `contacts(${id})/numberofchildren`)).json.value;
    expect(Math.max(...numbers)).toBeLessThanOrEqual(last);
    expect(last - numbers.length).toBeLessThanOrEqual(1);
  }, 60_000);

  it('upserts of one new record end in one create and updates, by id', async () => {
    for (let round = 0; round < 5; round += 1) {
      const path = `contacts(${randomUUID()})`;
      const answers = await all((client) => send('PATCH', path, { lastname: 'Race', jobtitle: `${client}` }));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array<number>(clients - 1).fill(200), 201]);
      const versions = await Promise.all(
        answers.map(async (answer) => ((await answer.json()) as Row)['@odata.etag']),
      );
      expect(new Set(versions).size).toBe(clients);
    }
  }, 60_000);

  it('and in change sets, with what else they write', async () => {
    const id = randomUUID();
    const marker = randomUUID();
    const body = [
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      '--c',
      'Content-Type: application/http',
      '',
      'POST /api/data/v9.2/contacts HTTP/1.1',
      '',
      `{"lastname":"${marker}"}`,
      '--c',
      'Content-Type: application/http',
      '',
      `PATCH /api/data/v9.2/accounts(${id}) HTTP/1.1`,
      '',
      '{"name":"Race","primarycontactid":null}',
      '--c--',
      '--b--',
      '',
    ].join('\r\n');
    const answers = await all(() =>
      fetch(`${root}/$batch`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/mixed; boundary=b' },
        body,
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(clients).fill(200));
    // What was run again wrote nothing twice.
    const count = (await web.call('GET', `contacts/$count?$filter=lastname eq '${marker}'`)).text;
    expect(count).toBe(String(clients));
  }, 60_000);

  it('create-only upserts of one record end in one create and 412', async () => {
    const path = `contacts(${randomUUID()})`;
    const answers = await all(() => send('PATCH', path, { lastname: 'Only' }, { 'if-none-match': '*' }));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array<number>(clients - 1).fill(412),
    ]);
  }, 60_000);
});

interface Row {
  readonly '@odata.etag': string;
}
