import pg from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, signIn } from '../../test/engine/front-desk.ts';

const at = deskOfTests();
afterEach(() => vi.restoreAllMocks());

/** What one call may ask of the database, as it is now; behind it stand the begin and the end of six transactions, and
 *  what the readers of the change log ask, who share their work among all calls of a moment. */
const most = 25;
const shared = /^(begin|commit|select pg_notify|log_last|log_holders|changes|clock)/;

it(`an ordinary call, ring to close, costs at most ${most} statements`, async () => {
  await at.open({ agents: 1 });
  await signIn(at.desk, at.agent());
  await at.desk.engine.idle();
  const asked: string[] = [];
  const query = pg.Client.prototype.query;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const what = nameOf(given[0]);
    if (!shared.test(what)) asked.push(what);
    return Reflect.apply(query, this, given);
  });
  const agent = at.agent();
  const conversation = await call(at.desk, number.bot);
  await at.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
  await at.run({ type: 'AgentAccepted', conversation, agent });
  await at.run({ type: 'MediaConnected', conversation, agent });
  await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' });
  await at.run({ type: 'SessionClosed', conversation, agent });
  expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(most);
  expect(asked.filter((one) => one === 'engine_lock_situation')).toHaveLength(5);
});

/** The name of a prepared statement, or the beginning of its text. */
function nameOf(given: unknown): string {
  if (typeof given === 'string') return given;
  const { name, text } = given as { readonly name?: string; readonly text?: string };
  return name ?? String(text).slice(0, 60);
}
