/** Many calls at once: is any lost, how do they sound beside the echo of the same phones and pages, what do they take. */
import type { TestServer } from '../server/server.ts';
import { type Crew, hireCrew } from './crew.ts';
import { byProgram, cpuSeconds, pause, processTree } from './measure.ts';
import type { PageJobs } from './pages.ts';
import { hireAgents, signIn } from './people.ts';
import type { PhoneJobs } from './phones.ts';
import { quantile, type Report } from './report.ts';
import { reportMemory } from './start-and-memory.ts';

const calls = 25;
const floorMs = 20_000;
const callsMs = 60_000;
/** Sound that began within the last moment is not judged. */
const settleMs = 1_000;
const echo = '+4570000100';
const straight = '+4570000104';
const frontDeskQueue = '9e81d3a7-4c52-4b6f-8d10-6f2b53e7a935';

interface Crews {
  readonly phones: Crew<PhoneJobs>;
  readonly pages: Crew<PageJobs>;
}

/** For each phone and page the shares of all windows. */
interface Heard {
  readonly phones: readonly (readonly number[])[];
  readonly pages: readonly (readonly number[])[];
}

/** Every party has a pitch of its own, so that crossed lines would show. */
const phonePitches = Array.from({ length: calls }, (_, index) => 1000 + 20 * index);
const pagePitches = Array.from({ length: calls }, (_, index) => 400 + 20 * index);

/** 25 phones and 25 pages on the echo number, then in 25 calls with each other. */
export async function benchCalls(report: Report, server: TestServer): Promise<void> {
  const crews: Crews = { phones: hireCrew('phones.ts'), pages: hireCrew('pages.ts') };
  try {
    await crews.phones.ask('open', phonePitches);
    const floor = await hearEcho(crews, server);
    const partners = await connect(report, crews, server);
    const heard = await hearCalls(report, crews, server, partners);
    reportTones(report, 'at the phones', heard.phones, floor.phones);
    reportTones(report, 'at the agents', heard.pages, floor.pages);
  } finally {
    crews.phones.dismiss();
    crews.pages.dismiss();
  }
}

const uriOf = (server: TestServer, number: string): string => `sip:${number}@127.0.0.1:${server.sipPort}`;
const numberOf = (index: number): string => `+45701${String(index).padStart(5, '0')}`;

/** The floor: the same phones and pages, the same packets, and nothing but the echo between. */
async function hearEcho({ phones, pages }: Crews, server: TestServer): Promise<Heard> {
  await pages.ask('open', { origin: server.origin, pitches: pagePitches });
  await pages.ask('dial', echo);
  for (let phone = 0; phone < calls; phone += 1)
    await phones.ask('dial', { phone, uri: uriOf(server, echo), from: numberOf(phone) });
  await pause(settleMs);
  const heard = await judge({ phones, pages }, phonePitches, pagePitches, () => pause(floorMs));
  await phones.ask('hangUp');
  await pages.ask('close');
  return heard;
}

/** Sets the calls up one after another; for each phone the page it talks to. */
async function connect(report: Report, { phones, pages }: Crews, server: TestServer): Promise<number[]> {
  const names = await hireAgents(server, calls, frontDeskQueue);
  const tokens: string[] = [];
  for (const name of names) tokens.push(await signIn(server.origin, name));
  await pages.ask('open', { origin: server.origin, pitches: pagePitches, tokens });
  const partners: number[] = [];
  const answerMs: number[] = [];
  for (let phone = 0; phone < calls; phone += 1) {
    const accepted = pages.ask('accept');
    const uri = uriOf(server, straight);
    answerMs.push(await phones.ask('dial', { phone, uri, from: numberOf(phone) }));
    partners.push(await accepted);
  }
  report.figure('INVITE to 200 OK while the calls gather', answerMs, 'ms');
  return partners;
}

async function hearCalls(
  report: Report,
  crews: Crews,
  server: TestServer,
  partners: readonly number[],
): Promise<Heard> {
  const { phones, pages } = crews;
  await pause(settleMs);
  const pid = server.process.pid ?? 0;
  const phonesHear = partners.map((page) => pagePitches[page] ?? Number.NaN);
  const pagesHear = pagePitches.map((_, page) => phonePitches[partners.indexOf(page)] ?? Number.NaN);
  const gapsBefore = await phones.ask('gaps');
  const used = (): number[] => {
    const { node, postgres } = byProgram(processTree(pid));
    return [node, postgres, [phones.pid], [pages.pid]].map(cpuSeconds);
  };
  const before = used();
  const heard = await judge(crews, phonesHear, pagesHear, () => pause(callsMs));
  const after = used();
  const { connected, losses } = await pages.ask('state');
  const held = Math.min(await phones.ask('talking'), connected, await active(server));
  report.figure(`calls lost of ${calls} in ${callsMs / 1000} s`, [calls - held], '', { most: 0 });
  report.figure('times an agent lost its sound', [losses], '', { most: 0 });
  report.figure('packets missing at the phones', [(await phones.ask('gaps')) - gapsBefore], '');
  const cores = after.map((one, index) => ((one - (before[index] ?? 0)) / callsMs) * 100_000);
  for (const [index, who] of ['server (Node)', 'PostgreSQL', 'the phones', 'the pages'].entries())
    report.figure(`CPU of ${who} with ${calls} calls`, [cores[index] ?? Number.NaN], '% of a core');
  reportMemory(report, `${calls} calls`, pid, 550);
  await phones.ask('hangUp');
  await pages.ask('close');
  return heard;
}

/** What phones and pages heard while `run` ran, against the pitches they should hear. */
async function judge(
  { phones, pages }: Crews,
  phonesHear: readonly number[],
  pagesHear: readonly number[],
  run: () => Promise<void>,
): Promise<Heard> {
  await Promise.all([phones.ask('watch', phonesHear), pages.ask('watch', pagesHear)]);
  await run();
  const [byPhone, byPage] = await Promise.all([phones.ask('shares'), pages.ask('shares')]);
  return { phones: byPhone, pages: byPage };
}

/** All ends together, and the worst of them: one bad call must not hide among the good ones. A machine that stalls
 *  shows in the lowest hundredth, for the floor as for the calls. */
function reportTones(report: Report, where: string, heard: Heard['phones'], floor: Heard['phones']): void {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const worst = (ends: Heard['phones']): number => Math.min(...ends.map(mean));
  const figures = [
    ['mean', mean(heard.flat()), mean(floor.flat())],
    ['mean of the worst', worst(heard), worst(floor)],
  ] as const;
  for (const [name, own, bare] of figures) {
    report.figure(`tone share ${where}, ${name}`, [own], '');
    report.figure(`tone share ${where}, ${name}: of the echo floor`, [own / bare], '', { least: 0.9 });
  }
  for (const [name, share] of [['lowest hundredth', 0.01] as const, ['median', 0.5] as const]) {
    report.figure(`tone share ${where}, ${name}`, [quantile(heard.flat(), share)], '');
    report.figure(`tone share ${where}, ${name}: echo floor`, [quantile(floor.flat(), share)], '');
  }
}

/** Conversations with an agent, by the rows. */
async function active(server: TestServer): Promise<number> {
  const answer = await server.api('msdyn_ocliveworkitems?$filter=statuscode eq 2&$count=true&$top=1');
  const body = (await answer.json()) as { '@odata.count'?: number };
  return body['@odata.count'] ?? 0;
}
