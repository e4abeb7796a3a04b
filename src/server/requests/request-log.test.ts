/** The request log alone: what is kept, what never is, and how much (mission.md B5). */
import { describe, expect, test, vi } from 'vitest';
import type { Change } from '../../store/index.ts';
import { openRequestLog, stagesOf } from './request-log.ts';
import { maxBodyBytes, safeBody, safeHeaders, safeUrl } from './secrets.ts';

const caller = '00000000-0000-4000-8000-000000000004';
const transaction = '00000000-0000-4000-8000-00000000000a';
const conversation = '00000000-0000-4000-8000-00000000000b';

function logWith(changed: { requests?: number; headBytes?: number; bodyBytes?: number } = {}) {
  const limits = { requests: 3, headBytes: 10_000, bodyBytes: 1000, ...changed };
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  const store = {
    subscribe: (listener: (changes: readonly Change[]) => void) => {
      listeners.push(listener);
      return () => {};
    },
    changes: async () => [],
  };
  const log = openRequestLog(store, limits);
  const tell = (changes: readonly Change[]) => {
    for (const listener of listeners) listener(changes);
  };
  let count = 0;
  const request = (answer: { status?: number; body?: string; url?: string; body_?: string } = {}) => {
    count += 1;
    const url = answer.url ?? '/api/data/v9.2/contacts';
    const one = log.begin({ id: `own-${count}`, method: 'GET', url, headers: {} });
    one.heard(caller, answer.body_ ?? null);
    const headers = {
      'x-ms-service-request-id': `told-${count}`,
      'Server-Timing': 'parse;dur=1, read;dur=2, read;dur=3',
    };
    one.end({ status: answer.status ?? 200, headers, body: answer.body ?? null });
    return one;
  };
  return { log, request, tell };
}

const idsIn = (log: ReturnType<typeof openRequestLog>, query = {}) =>
  log.list({ top: 10, ...query }).map(({ id }) => id);

describe('the log', () => {
  test('keeps so many, newest first, under the id that the client was told', () => {
    const { log, request } = logWith();
    for (let i = 0; i < 5; i++) request();
    expect(idsIn(log)).toEqual(['told-5', 'told-4', 'told-3']);
    expect(log.find('told-2')).toBeNull();
    expect(log.find('own-4')).toBeNull();
    expect(log.find('told-4')).toMatchObject({ status: 200, caller });
  });

  test('goes on page by page, and by status, caller and path', () => {
    const { log, request } = logWith({ requests: 10, bodyBytes: 0 });
    request({ status: 404, url: '/api/data/v9.2/Accounts' });
    request({ status: 400 });
    request();
    const [, second] = log.list({ top: 2 });
    expect(idsIn(log, { before: second?.seq })).toEqual(['told-1']);
    expect(idsIn(log, { status: '4xx' })).toEqual(['told-2', 'told-1']);
    expect(idsIn(log, { status: '404' })).toEqual(['told-1']);
    expect(idsIn(log, { path: 'accounts' })).toEqual(['told-1']);
    expect(idsIn(log, { caller: 'none' })).toEqual([]);
    expect(idsIn(log, { caller })).toHaveLength(3);
  });

  test('keeps bodies up to a total; the oldest go first, the requests stay', () => {
    const { log, request } = logWith({ requests: 10, bodyBytes: 1000 });
    for (let i = 0; i < 4; i++) request({ body: 'x'.repeat(150), body_: 'y'.repeat(50) });
    const kept = log.list({ top: 10 }).map(({ answer, body }) => [answer?.length ?? 0, body?.length ?? 0]);
    expect(kept).toEqual([
      [150, 50],
      [150, 50],
      [0, 0],
      [0, 0],
    ]);
    expect(log.list({ top: 10 }).map(({ answerBytes }) => answerBytes)).toEqual([150, 150, 150, 150]);
  });

  test('keeps long URLs up to a total too; the oldest requests go first', () => {
    const { log, request } = logWith({ requests: 10, headBytes: 1000 });
    for (let i = 0; i < 4; i++) request({ url: `/${'x'.repeat(399)}` });
    expect(idsIn(log)).toEqual(['told-4', 'told-3']);
    expect(log.find('told-2')).toBeNull();
    request({ url: `/${'x'.repeat(5000)}` });
    expect(idsIn(log)).toEqual(['told-5']);
    for (let i = 0; i < 12; i++) request({ url: '/x' });
    expect(idsIn(log)).toHaveLength(10);
    expect(idsIn(log)[0]).toBe('told-17');
  });

  test('adds up the stages of one name', () => {
    const { log, request } = logWith();
    request();
    const told = log.find('told-1');
    expect(told && stagesOf(told)).toMatchObject({ parse: 1, read: 5 });
  });

  test('counts the rows that the change log tells of its transactions, and no others', () => {
    const { log, request, tell } = logWith();
    const one = request();
    one.committing(transaction, 2);
    const change = { seq: 7, transaction, conversation } as Change;
    tell([change, { ...change, seq: 8, transaction: caller }, { ...change, seq: 9 }]);
    expect(log.find('told-1')).toMatchObject({
      rows: 2,
      firstChange: 7,
      lastChange: 9,
      conversations: [conversation],
    });
  });

  test('waits until the change log has told everything that a request changed', async () => {
    const { log, request, tell } = logWith();
    const one = request();
    one.committing(transaction, 2);
    let isSettled = false;
    const settled = log.settled(one.entry).then(() => {
      isSettled = true;
    });
    const change = { seq: 7, transaction, conversation: null } as Change;
    tell([change]);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    tell([{ ...change, seq: 8 }]);
    await settled;
    expect(one.entry.rows).toBe(2);
  });

  test('waits for what never comes once, and only for a while', async () => {
    vi.useFakeTimers();
    try {
      const { log, request } = logWith();
      const one = request();
      one.committing(transaction, 1);
      const settled = log.settled(one.entry);
      await vi.advanceTimersByTimeAsync(1000);
      await settled;
      await log.settled(one.entry);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('secrets', () => {
  test('of headers', () => {
    const headers = {
      authorization: 'Bearer x',
      cookie: 'a=b',
      'x-api-key': 'k',
      'x-csrf-token': 't',
      prefer: 'return=representation',
    };
    expect(safeHeaders(headers)).toEqual({
      authorization: '***',
      cookie: '***',
      'x-api-key': '***',
      'x-csrf-token': '***',
      prefer: 'return=representation',
    });
  });

  test('of URLs; the marks of paging are none', () => {
    expect(safeUrl('/softphone?ticket=abc&a=1')).toBe('/softphone?ticket=***&a=1');
    expect(safeUrl('/x?code=abc&client_secret=s')).toBe('/x?code=***&client_secret=***');
    expect(safeUrl('/contacts?$skiptoken=abc&%24deltatoken=1')).toBe(
      '/contacts?$skiptoken=abc&%24deltatoken=1',
    );
  });

  test.each([
    ['{"name":"a","password":"hunter2"}', '{"name":"a","password":"***"}'],
    ['{"msdyn_clientSecret" : "hunter\\"2"}', '{"msdyn_clientSecret" : "***"}'],
    ['{"accesstoken":12345}', '{"accesstoken":"***"}'],
    ['{"password":"cut off hunter2', '{"password":"***"'],
    ['--b\r\nAuthorization: Bearer hunter2\r\n\r\n', '--b\r\nAuthorization: ***\r\n\r\n'],
    ['{"@odata.nextLink":"http://x?$skiptoken=1"}', '{"@odata.nextLink":"http://x?$skiptoken=1"}'],
  ])('of bodies: %s', (body, kept) => {
    expect(safeBody(body, 'application/json')).toBe(kept);
    expect(safeBody(Buffer.from(body), undefined)).toBe(kept);
  });

  test('a body is kept up to 64 kB, and only as text', () => {
    expect(safeBody('x'.repeat(maxBodyBytes + 1), 'application/json')).toHaveLength(maxBodyBytes);
    expect(safeBody(Buffer.alloc(10), 'application/octet-stream')).toBeNull();
  });

  test('a body made to keep the search busy does not', () => {
    const body = '"token'.repeat(maxBodyBytes / 6);
    const before = process.cpuUsage();
    safeBody(body, 'application/json');
    // Processor time: what else the machine does is not ours to answer for.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
