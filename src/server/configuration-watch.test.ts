/** Configuration acts on the next event, within a second (product.md, principle 5), on a real database and engine. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import type { Change } from '../store/index.ts';
import { role, systemuser } from '../tables/dataverse/index.ts';
import { developmentUserId, organizationId, presences, roles, rootBusinessUnitId } from '../tables/index.ts';
import { createWebApi } from '../webapi/index.ts';
import { mayBringWork, watchConfiguration } from './configuration-watch.ts';

const caller = { userId: developmentUserId, businessUnitId: rootBusinessUnitId, organizationId };
const soon = { timeout: 1000, interval: 10 };

describe('a waiting conversation gets its offer', () => {
  const front = deskOfTests();
  let stop: () => Promise<void>;
  const failures: string[] = [];

  beforeEach(async () => {
    await front.open({ agents: 2 });
    await hireAdministrator();
    stop = watchConfiguration({
      store: front.store,
      engine: front.desk.engine,
      log: (line) => failures.push(line),
    });
  });
  afterEach(async () => {
    await stop();
    expect(failures).toEqual([]);
  });

  /** The second agent is signed in, and the first, who is the only member or has no room, cannot take it. */
  const second = (): string => front.agent(1);
  const offeredTo = async (conversation: string): Promise<(string | null)[]> =>
    (await rowsOf(front.desk, conversation)).offers.map((offer) => offer.wirechief_agentid);
  /** Who asks has to be somebody with the role that may. */
  const hireAdministrator = (): Promise<void> =>
    front.store.transact({ actor: developmentUserId, cause: 'test' }, async (transaction) => {
      await transaction.create(systemuser, { systemuserid: developmentUserId });
      await transaction.create(role, { roleid: roles.systemAdministrator, name: 'System Administrator' });
      await transaction.associate(
        'systemuserroles_association',
        developmentUserId,
        roles.systemAdministrator,
      );
    });
  const request = async (method: string, path: string, body: object): Promise<void> => {
    const api = createWebApi({
      store: front.store,
      engine: front.desk.engine,
      onFault: (fault) => failures.push(String(fault)),
    });
    const url = `/api/data/v9.2/${path}`;
    const origin = 'http://localhost';
    const text = JSON.stringify(body);
    const answer = await api.handle({ method, url, origin, headers: {}, body: text }, caller);
    expect([answer.status, answer.body]).toEqual([204, null]);
  };

  test('when a member is added to its queue', async () => {
    const { legal } = front.desk.ids;
    await front.store.transact({ actor: developmentUserId, cause: 'test' }, (transaction) =>
      transaction.disassociate('queuemembership_association', legal, second()),
    );
    await signIn(front.desk, second());
    const conversation = await front.transferred();
    expect(await offeredTo(conversation)).toEqual([]);
    await request('POST', `queues(${legal})/queuemembership_association/$ref`, {
      '@odata.id': `systemusers(${second()})`,
    });
    await expect.poll(() => offeredTo(conversation), soon).toEqual([second()]);
  });

  test('when somebody is given room for it', async () => {
    await front.store.transact({ actor: developmentUserId, cause: 'test' }, (transaction) =>
      transaction.update(systemuser, second(), { msdyn_capacity: 0 }),
    );
    await signIn(front.desk, second());
    const conversation = await front.transferred();
    expect(await offeredTo(conversation)).toEqual([]);
    await request('PATCH', `systemusers(${second()})`, { msdyn_capacity: 100 });
    await expect.poll(() => offeredTo(conversation), soon).toEqual([second()]);
  });

  test('when its workstream asks for less', async () => {
    const { workstream } = front.desk.ids;
    await request('PATCH', `msdyn_liveworkstreams(${workstream})`, { msdyn_capacityrequired: 1000 });
    await signIn(front.desk, second());
    const conversation = await front.transferred();
    expect(await offeredTo(conversation)).toEqual([]);
    await request('PATCH', `msdyn_liveworkstreams(${workstream})`, { msdyn_capacityrequired: 10 });
    await expect.poll(() => offeredTo(conversation), soon).toEqual([second()]);
  });

  test('when a presence is set by hand', async () => {
    await signIn(front.desk, second());
    await front.run({
      type: 'PresenceSet',
      agent: second(),
      presence: presences.doNotDisturb,
      by: second(),
    });
    const conversation = await front.transferred();
    expect(await offeredTo(conversation)).toEqual([]);
    const status = await statusOf(front.desk, second());
    await request('PATCH', `msdyn_agentstatuses(${status?.msdyn_agentstatusid})`, {
      'msdyn_currentpresenceid@odata.bind': `msdyn_presences(${presences.available})`,
    });
    await expect.poll(() => offeredTo(conversation), soon).toEqual([second()]);
  });
});

describe('what is heard', () => {
  const change = (table: string, cause: string, after: Change['after'] = {}): Change => ({
    seq: 1,
    at: new Date(0),
    transaction: '',
    table,
    id: '',
    operation: 'update',
    before: {},
    after,
    version: '1',
    actor: developmentUserId,
    cause,
    conversation: null,
  });

  test.each([
    ['queuemembership', 'POST queues', {}, true],
    ['msdyn_liveworkstream', 'load world x', {}, true],
    ['systemuser', 'PATCH systemusers', { msdyn_capacity: 50 }, true],
    ['systemuser', 'PATCH systemusers', { jobtitle: 'Clerk' }, false],
    ['msdyn_agentstatus', 'PATCH msdyn_agentstatuses', {}, true],
    // The engine's own: to try again on these would never end.
    ['msdyn_agentstatus', 'WorkAvailable', {}, false],
    ['msdyn_agentstatus', 'AgentConnected', {}, false],
    ['msdyn_ocliveworkitem', 'WorkAvailable', {}, false],
    ['contact', 'PATCH contacts', {}, false],
  ])('of %s by %s (%o): %o', (table, cause, after, expected) => {
    expect(mayBringWork(change(table, cause, after))).toBe(expected);
  });

  describe('with a clock of its own', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test('many changes make one try, changes during a try one more, a failed try is told', async () => {
      let tell: (changes: readonly Change[]) => void = () => undefined;
      const endings: ((error?: Error) => void)[] = [];
      const lines: string[] = [];
      let gone = false;
      const stop = watchConfiguration({
        store: {
          subscribe: (listener) => {
            tell = listener;
            return () => {
              gone = true;
            };
          },
        },
        engine: {
          run: () =>
            new Promise((resolve, reject) => {
              endings.push((error) => (error ? reject(error) : resolve()));
            }),
        },
        log: (line) => lines.push(line),
      });
      for (let n = 0; n < 10; n += 1) tell([change('queue', 'PATCH queues')]);
      await vi.advanceTimersByTimeAsync(100);
      expect(endings).toHaveLength(1);
      for (let n = 0; n < 10; n += 1) {
        tell([change('queue', 'PATCH queues')]);
        await vi.advanceTimersByTimeAsync(100);
      }
      expect(endings).toHaveLength(1);
      endings[0]?.(new Error('the database is gone'));
      await vi.advanceTimersByTimeAsync(0);
      expect([endings.length, lines.length]).toEqual([2, 1]);
      expect(lines[0]).toContain('the database is gone');
      await vi.advanceTimersByTimeAsync(1000);
      expect(endings).toHaveLength(2);
      tell([change('queue', 'PATCH queues')]);
      endings[1]?.();
      await stop();
      await vi.advanceTimersByTimeAsync(100);
      expect([endings.length, gone]).toEqual([2, true]);
    });
  });
});
