/** The push stream over a real store and real sockets (ui.md §8). */
import { createServer, request, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../../test/database/database.ts';
import {
  contact,
  msdyn_agentstatus,
  msdyn_ocliveworkitem,
  systemuser,
} from '../../tables/dataverse/index.ts';
import { type Guid, systemUserId } from '../../tables/index.ts';
import type { PushEvent } from '../../tables/push.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { type Push, type PushLimits, type Subscription, startPush } from './push.ts';
import { parseTopics } from './topics.ts';

const cause = { actor: systemUserId, cause: 'test' };
const me: Guid<'systemuser'> = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101';
const other: Guid<'systemuser'> = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e102';
const conversation: Guid<'msdyn_ocliveworkitem'> = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';

let database: TestStore;
beforeAll(async () => {
  database = await openTestStore();
  await database.store.transact(cause, async (transaction) => {
    for (const systemuserid of [me, other]) await transaction.create(systemuser, { systemuserid });
    await transaction.create(msdyn_ocliveworkitem, { activityid: conversation, subject: 'A call' });
  });
});
afterAll(() => database.close());

const open: { push: Push; server: Server }[] = [];
afterEach(async () => {
  for (const { push, server } of open.splice(0)) {
    push.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server with nothing but the stream. */
async function serve(
  limits: Partial<PushLimits> = {},
  expiresAt = Date.now() + 3_600_000,
  hears: Subscription['hears'] = async (changes) => changes.map(() => true),
) {
  const push = startPush(database.store, limits);
  const server = createServer((incoming, response) => {
    const topics = new URL(incoming.url ?? '/', 'http://x').searchParams.get('topics');
    const last = incoming.headers['last-event-id'];
    const lastEventId = typeof last === 'string' ? Number(last) : null;
    void push.subscribe({ response, topics: parseTopics(topics, me), hears, lastEventId, expiresAt });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ push, server });
  const address = server.address();
  return { push, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

/** A page that listens. `pause` stops reading from the socket. */
async function listenTo(port: number, query = '', lastEventId?: number) {
  const events: PushEvent[] = [];
  let text = '';
  let id = 0;
  const headers = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
  const asked = request({ port, host: '127.0.0.1', path: `/${query}`, headers });
  const page = {
    events,
    id: () => id,
    text: () => text,
    ended: false,
    pause: () => {},
    resume: () => {},
    leave: () => {},
  };
  await new Promise<void>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        const blocks = (rest + part).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          for (const line of block.split('\n')) {
            if (line.startsWith('id: ')) id = Number(line.slice(4));
            if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)));
          }
        }
      });
      response.once('close', () => {
        page.ended = true;
      });
      page.pause = () => void response.socket.pause();
      page.resume = () => void response.socket.resume();
      page.leave = () => void asked.destroy();
      resolve();
    });
    asked.end();
  });
  await until(() => text.includes(': connected') || events.length > 0);
  return page;
}

async function until(condition: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const addContact = (lastname: string, about?: Guid<'msdyn_ocliveworkitem'>) =>
  database.store.transact(about === undefined ? cause : { ...cause, conversation: about }, (transaction) =>
    transaction.create(contact, { lastname }),
  );

async function addOffer(agent: Guid<'systemuser'>): Promise<Guid> {
  return database.store.transact({ ...cause, conversation }, (transaction) =>
    transaction.create(wirechief_offer, {
      wirechief_agentid: agent,
      wirechief_conversationid: conversation,
      wirechief_expireson: new Date('2025-12-21T11:49:02Z'),
    }),
  );
}

const setOffer = (id: Guid, statuscode: 2 | 3 | 4 | 5) =>
  database.store.transact({ ...cause, conversation }, (transaction) =>
    transaction.update(wirechief_offer, id, { statuscode }),
  );

describe('an event', () => {
  test('of a row that the user may not read is not sent, live or read again', async () => {
    const { port } = await serve({}, undefined, async (changes) =>
      changes.map(({ after }) => after?.lastname !== 'Hidden'),
    );
    const page = await listenTo(port);
    const start = page.id();
    await addContact('Hidden');
    await addContact('Shown');
    await until(() => page.events.length === 1);
    expect(page.events[0]?.data.lastname).toBe('Shown');
    const again = await listenTo(port, '', start);
    await until(() => again.events.length === 1);
    expect(again.events[0]?.data.lastname).toBe('Shown');
    expect(page.text() + again.text()).not.toContain('Hidden');
  });

  test('says what was written, by whom, why, and with what else', async () => {
    const { port } = await serve();
    const page = await listenTo(port);
    const id = await addContact('Hart', conversation);
    await until(() => page.events.length === 1);
    const [event] = page.events;
    expect(event).toMatchObject({
      type: 'row.created',
      table: 'contact',
      id,
      by: systemUserId,
      cause: 'test',
      conversation,
    });
    expect(event?.data.lastname).toBe('Hart');
    expect(event?.etag).toMatch(/^W\/"\d+"$/);
    expect(page.id()).toBe(event?.seq);
    await database.store.transact(cause, (transaction) =>
      transaction.update(contact, id, { lastname: 'Moss' }),
    );
    await database.store.transact(cause, (transaction) => transaction.delete(contact, id));
    await until(() => page.events.length === 3);
    expect(page.events.map(({ type }) => type)).toEqual(['row.created', 'row.changed', 'row.deleted']);
    expect(page.events[1]?.data).toMatchObject({ lastname: 'Moss' });
    expect(page.events[2]?.data).toEqual({});
  });

  test('of an offer is offer.new and offer.ended with its outcome, also for a server that did not see it begin', async () => {
    const { port } = await serve();
    const page = await listenTo(port);
    const id = await addOffer(me);
    await until(() => page.events.length === 1);
    expect(page.events[0]?.type).toBe('offer.new');
    expect(page.events[0]?.data).toMatchObject({ offer: id, agent: me, conversation });
    expect(new Date(String(page.events[0]?.data.expiresAt)).toISOString()).toBe('2025-12-21T11:49:02.000Z');
    const late = await serve();
    const latePage = await listenTo(late.port);
    await setOffer(id, 2);
    await until(() => page.events.length === 2 && latePage.events.length === 1);
    for (const event of [page.events[1], latePage.events[0]]) {
      expect(event?.type).toBe('offer.ended');
      expect(event?.data).toMatchObject({ offer: id, agent: me, outcome: 'accepted' });
    }
  });

  test.each([
    [3, 'rejected'],
    [4, 'expired'],
    [5, 'withdrawn'],
  ] as const)('of an offer with status %i has the outcome %s', async (status, outcome) => {
    const { port } = await serve();
    const page = await listenTo(port);
    await setOffer(await addOffer(me), status);
    await until(() => page.events.length === 2);
    expect(page.events[1]?.data.outcome).toBe(outcome);
  });
});

describe('topics', () => {
  test('me is the caller’s offers and presence and nobody else’s', async () => {
    const status = await database.store.transact(cause, (transaction) =>
      transaction.create(msdyn_agentstatus, { msdyn_agentid: me }),
    );
    const { port } = await serve();
    const page = await listenTo(port, '?topics=me');
    await addContact('Unwanted');
    await addOffer(other);
    await addOffer(me);
    // Only the changed column is in the log: whose presence it is has to be known otherwise.
    await database.store.transact(cause, (transaction) =>
      transaction.update(msdyn_agentstatus, status, { msdyn_availableunitscapacity: 70 }),
    );
    await until(() => page.events.length === 2);
    expect(page.events.map(({ type, table }) => [type, table])).toEqual([
      ['offer.new', 'wirechief_offer'],
      ['row.changed', 'msdyn_agentstatus'],
    ]);
  });

  test('conversation:<id> is that conversation and everything written because of it', async () => {
    const { port } = await serve();
    const page = await listenTo(port, `?topics=conversation:${conversation.toUpperCase()}`);
    await addContact('Unwanted');
    await addContact('Wanted', conversation);
    await until(() => page.events.length === 1);
    expect(page.events[0]?.data.lastname).toBe('Wanted');
  });
});

describe('a page that comes back', () => {
  test('gets what it missed, once each and in order, while more is being written', async () => {
    const { port } = await serve();
    const page = await listenTo(port);
    await addContact('0');
    await until(() => page.events.length === 1);
    page.leave();
    for (let i = 1; i <= 600; i += 100) {
      await database.store.transact(cause, async (transaction) => {
        for (let j = i; j < i + 100; j += 1) await transaction.create(contact, { lastname: String(j) });
      });
    }
    const writing = (async () => {
      for (let i = 601; i <= 640; i += 1) await addContact(String(i));
    })();
    const back = await listenTo(port, '', page.id());
    await writing;
    await until(() => back.events.length >= 640);
    expect(back.events.map(({ data }) => data.lastname)).toEqual(
      Array.from({ length: 640 }, (_, i) => String(i + 1)),
    );
    expect(back.events.map(({ seq }) => seq)).toEqual(
      back.events.map(({ seq }) => seq).sort((a, b) => a - b),
    );
  });

  test('has a position to resume from even if nothing had happened yet', async () => {
    const { port } = await serve();
    const page = await listenTo(port);
    const position = page.id();
    page.leave();
    await addContact('Missed');
    const back = await listenTo(port, '', position);
    await until(() => back.events.length === 1);
    expect(back.events[0]?.data.lastname).toBe('Missed');
  });

  test.each([
    ['of another database', 999_999_999],
    ['too long ago', 0],
  ])('%s starts afresh', async (_, position) => {
    const { port } = await serve({ maxResumed: 10 });
    const page = await listenTo(port, '', position);
    await until(() => page.events.length === 1);
    expect(page.events[0]?.type).toBe('resync');
    await addContact('After');
    await until(() => page.events.length === 2);
    expect(page.events[1]?.data.lastname).toBe('After');
  });
});

describe('a page that reads too slowly', () => {
  const big = 'x'.repeat(1900);
  const flood = (count: number) =>
    database.store.transact(cause, async (transaction) => {
      for (let i = 0; i < count; i += 1)
        await transaction.create(contact, { lastname: 'big', description: big });
    });

  test('is not buffered for ever: it gets a resync when it reads again, and others notice nothing', async () => {
    const { port, push } = await serve({ maxWaiting: 1000 });
    const slow = await listenTo(port);
    const quick = await listenTo(port);
    slow.pause();
    for (let i = 0; i < 12; i += 1) await flood(500);
    await until(() => quick.events.length === 6000, 20_000);
    slow.resume();
    await until(() => slow.events.at(-1)?.type === 'resync', 20_000);
    expect(slow.events.length).toBeLessThan(6000);
    expect(slow.events.at(-1)?.seq).toBe(quick.events.at(-1)?.seq);
    await addContact('After');
    await until(() => slow.events.at(-1)?.data.lastname === 'After');
    expect(push.count()).toBe(2);
  }, 60_000);

  test('is cut off when it does not read on', async () => {
    const { port, push } = await serve({ maxWaiting: 1000, slowTimeoutMs: 50 });
    const slow = await listenTo(port);
    slow.pause();
    for (let i = 0; i < 12; i += 1) await flood(500);
    await until(() => push.count() === 0, 20_000);
  }, 60_000);
});

describe('the stream', () => {
  test('beats, ends with its token, and forgets pages that leave', async () => {
    const { port, push } = await serve({ heartbeatMs: 10 }, Date.now() + 500);
    const page = await listenTo(port);
    await until(() => page.text().includes(': \n\n'));
    await until(() => page.ended);
    await until(() => push.count() === 0);
    const other = await serve();
    (await listenTo(other.port)).leave();
    await until(() => other.push.count() === 0);
  });

  test('brings an event within 20 ms of its commit in the middle case', async () => {
    const { port } = await serve();
    const page = await listenTo(port);
    const took: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      const before = page.events.length;
      await addContact('timed');
      const committed = performance.now();
      await new Promise<void>((resolve) => {
        const look = () => (page.events.length > before ? resolve() : setImmediate(look));
        look();
      });
      took.push(performance.now() - committed);
    }
    expect(took.sort((a, b) => a - b)[20]).toBeLessThan(20);
  });
});
