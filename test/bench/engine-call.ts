/** What one ordinary call costs, ring to close, without its sound: bot, hand-over, offer, acceptance, talk, wrap-up. */
import { call, type FrontDesk, number, openFrontDesk, signIn } from '../engine/front-desk.ts';
import { type BenchStore, onDatabase } from './engine-database.ts';
import type { Report } from './report.ts';

const warmUpCalls = 100;
const rounds = 5;
const callsOfRound = 40;

/** Runs calls one after another. */
export async function benchOrdinaryCall(report: Report): Promise<void> {
  await onDatabase(async (bench) => {
    const desk = await openFrontDesk(bench.store, { agents: 5 });
    for (const agent of desk.ids.agents) await signIn(desk, agent);
    await desk.engine.idle();
    for (let n = 0; n < warmUpCalls; n += 1) await ordinaryCall(desk, n);
    const statements: number[] = [];
    const cpu: number[] = [];
    const ofNode: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = stateOf(bench);
      for (let n = 0; n < callsOfRound; n += 1) await ordinaryCall(desk, n);
      const after = stateOf(bench);
      const each = (name: keyof typeof after): number => (after[name] - before[name]) / callsOfRound;
      statements.push(each('statements'));
      ofNode.push(each('node') * 1000);
      cpu.push((each('node') + each('postgres')) * 1000);
    }
    report.figure('one ordinary call: statements', statements, '', { most: 25 });
    report.figure('one ordinary call: CPU of Node and PostgreSQL', cpu, 'ms', { most: 15 });
    report.figure('one ordinary call: of that Node', ofNode, 'ms');
  });
}

function stateOf({ statements, cpu }: BenchStore) {
  return { statements: statements(), ...cpu() };
}

async function ordinaryCall(desk: FrontDesk, n: number): Promise<void> {
  const { engine, effects, ids } = desk;
  const conversation = await call(desk, number.bot);
  await engine.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
  await engine.idle();
  const rung = effects.splice(0).find(({ type }) => type === 'RingAgent');
  const agent = rung?.type === 'RingAgent' ? rung.agent : null;
  if (agent === null || !ids.agents.includes(agent)) throw new Error(`call ${n} was offered to nobody`);
  await engine.run({ type: 'AgentAccepted', conversation, agent });
  await engine.run({ type: 'MediaConnected', conversation, agent });
  await engine.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' });
  await engine.run({ type: 'SessionClosed', conversation, agent });
  await engine.idle();
}
