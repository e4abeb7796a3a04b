/** How fast waiting work is handed out in a large contact centre, and what the trace of it costs. */
import { randomUUID } from 'node:crypto';
import { createEngine } from '../../src/conversation/index.ts';
import { assign, type Candidate, type Demand } from '../../src/routing/index.ts';
import type { RowWrite, Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import type { Table, Values } from '../../src/tables/index.ts';
import { type BenchStore, onDatabase, withEngineStore } from './engine-database.ts';
import { addWaiting, buildWorld, signInFirst } from './engine-world.ts';
import { proportionalMegabytes } from './measure.ts';
import { quantile, type Report } from './report.ts';

const size = { queues: 200, skills: 500, agents: 10_000 } as const;
/** How many wait, and how many people are signed in by then: each takes one piece. */
const levels = [
  { waiting: 1_000, people: 1_000 },
  { waiting: 10_000, people: 2_000 },
  { waiting: 50_000, people: size.agents },
] as const;

/** What was seen at a level. `cpu`: milliseconds of CPU an assignment. */
interface Seen {
  readonly perMinute: number;
  readonly cpu: number;
  readonly ofNode: number;
  readonly decisions: readonly number[];
}

/** Hands out work with ever more of it waiting. */
export async function benchAssignments(report: Report): Promise<void> {
  await onDatabase(async (bench) => {
    const world = await withEngineStore(bench.store, (store) => buildWorld(store, size));
    const cpu: number[] = [];
    let [copies, left] = [0, 0];
    for (const { waiting, people } of levels) {
      await addWaiting(bench.store, world, waiting - left, copies + 1);
      copies += waiting - left;
      await signInFirst(bench.store, world, people);
      const seen = await withEngineStore(bench.store, (store) => handOut(bench, store));
      left = waiting - seen.decisions.length;
      cpu.push(seen.cpu);
      report.figure(`${waiting} waiting: CPU of one assignment`, [seen.cpu], 'ms');
      if (waiting < 50_000) continue;
      report.figure(`${waiting} waiting: of that Node`, [seen.ofNode], 'ms');
      report.figure('assignments a minute, planned and committed', [seen.perMinute], '', { least: 50_000 });
      report.figure('decision, from plan to commit, median', [quantile(seen.decisions, 0.5)], 'ms');
      report.figure('decision, 99th percentile', [quantile(seen.decisions, 0.99)], 'ms', { most: 50 });
      const megabytes = [proportionalMegabytes(bench.processes())];
      report.figure('memory of Node and PostgreSQL (PSS)', megabytes, 'MB', { most: 1024 });
    }
    const [least = 0, , most = 0] = cpu;
    report.figure('CPU of one assignment, 50,000 against 1,000 waiting', [most / least], 'times', {
      most: Number((Math.log(50_000) / Math.log(1_000)).toFixed(2)),
    });
    await reportTrace(report, bench, most);
  });
}

/** Lets a new engine hand out what waits. The reading of all that waits, once an engine, is not counted. */
async function handOut(bench: BenchStore, store: Store): Promise<Seen> {
  const decisions: number[] = [];
  let began: { readonly at: number; readonly cpu: ReturnType<BenchStore['cpu']> } | null = null;
  let counted = 0;
  const engine = createEngine({
    store,
    log: (line) => console.error(line),
    assigned: (pieces, ms) => {
      began ??= { at: performance.now(), cpu: bench.cpu() };
      counted = decisions.length === 0 ? 0 : counted + pieces;
      for (let piece = 0; piece < pieces; piece += 1) decisions.push(ms);
    },
  });
  await engine.run({ type: 'WorkAvailable' });
  const endedAt = performance.now();
  await engine.idle();
  const { at, cpu } = began ?? { at: endedAt, cpu: bench.cpu() };
  const after = bench.cpu();
  const node = ((after.node - cpu.node) / counted) * 1000;
  return {
    perMinute: (counted / (endedAt - at)) * 60_000,
    cpu: node + ((after.postgres - cpu.postgres) / counted) * 1000,
    ofNode: node,
    decisions,
  };
}

const tracesTogether = 16;
const traceRounds = 100;
const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'trace' };

/** How large the traces are, and what one costs: made in memory for a queue of a hundred, and written as a row more in a
 *  transaction that there is anyway. */
async function reportTrace(report: Report, { store, cpu }: BenchStore, assignment: number): Promise<void> {
  const [kept] = await store.query({
    text: `select "msdyn_inputdata" as input, "msdyn_outputdata" as output,
        (select max(bytes)::float8 from (
          select sum(octet_length(concat("msdyn_inputdata", "msdyn_evaluation", "msdyn_outputdata"))) as bytes
          from "dataverse"."msdyn_unifiedroutingdiagnostic" group by "msdyn_ocliveworkitemid") all_traces) as most
      from "dataverse"."msdyn_unifiedroutingdiagnostic" where "msdyn_outputdata" like '%was first of%' limit 1`,
    values: [],
  });
  report.figure('why-trace of one conversation, the largest', [Number(kept?.most) / 1000], 'kB', { most: 8 });
  const event = () => row(t.msdyn_sessionevent, { msdyn_name: 'AgentAssigned' });
  const trace = () =>
    row(t.msdyn_unifiedroutingdiagnostic, {
      msdyn_name: 'Assignment',
      msdyn_inputdata: String(kept?.input),
      msdyn_evaluation: JSON.stringify(assign(demand, crowd).folded),
      msdyn_outputdata: String(kept?.output),
    });
  const cost = async (...made: readonly (() => RowWrite)[]): Promise<number> => {
    const before = cpu();
    for (let round = 0; round < traceRounds; round += 1)
      await store.transact(cause, (transaction) =>
        transaction.write(made.flatMap((one) => Array.from({ length: tracesTogether }, one))),
      );
    const after = cpu();
    return after.node - before.node + after.postgres - before.postgres;
  };
  // The first time makes the statements.
  for (const rows of [[event], [event, trace]]) await cost(...rows);
  const without = await cost(event);
  const seconds = (await cost(event, trace)) - without;
  const each = (seconds * 1000) / (tracesTogether * traceRounds);
  report.figure('CPU of a trace, made and written', [each], 'ms');
  report.figure("share of the trace in the assignment's CPU", [(each / assignment) * 100], '%', { most: 5 });
}

const row = <T extends Table>(table: T, values: Values<T>): RowWrite => ({
  operation: 'create',
  table,
  id: randomUUID(),
  values,
});

const demand: Demand = {
  node: null,
  telephone: false,
  method: 'leastActive',
  requiredUnits: 20,
  profiles: [],
  allowedPresences: [192360000, 192360001],
  skills: [{ skill: 'skill 1', label: 'Skill', rating: null }],
  matching: 'exact',
  maximumDeclines: 3,
  affinity: null,
  preferred: [],
  preferredOnly: false,
  rules: null,
};

const crowd = Array.from(
  { length: 100 },
  (_, n): Candidate => ({
    agent: crypto.randomUUID(),
    node: null,
    name: `Agent ${n}`,
    signedIn: true,
    basePresence: 192360000,
    availableUnits: n % 3 === 0 ? 0 : 20,
    profiles: [],
    blocked: false,
    skills: [{ skill: `skill ${n % 5 === 0 ? 0 : 1}`, rating: null }],
    sessions: 0,
    liveCalls: 0,
    lastReleasedOn: null,
    lastAssignedOn: null,
    joinedRank: n,
    declines: 0,
    facts: new Map(),
  }),
);
