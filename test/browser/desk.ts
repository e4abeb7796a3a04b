/** A front desk under test: the built server on a database of its own, agents in Chromium, phones by SIP. */
import { expect } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import type { Phone } from '../phone/phone.ts';
import { startServer, type TestServer, waitFor } from '../server/server.ts';
import { openBrowser, type Person, toneShare } from './browser.ts';

/** One record of the Web API. */
export type ApiRow = Readonly<Record<string, unknown>>;

/** The running desk. */
export interface Desk {
  readonly server: TestServer;
  /** Rows of a query, path after /api/data/v9.2/. */
  rows(path: string): Promise<ApiRow[]>;
  close(): Promise<void>;
}

/** Starts the server on an empty database. */
export async function openDesk(): Promise<Desk> {
  const database = await makeTestDatabase('empty');
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  return {
    server,
    rows: (path) => rowsOf(server, path),
    close: async () => {
      await server.stop();
      await database.drop();
    },
  };
}

/** Rows of a query, path after /api/data/v9.2/. */
export async function rowsOf(server: TestServer, path: string): Promise<ApiRow[]> {
  const response = await server.api(path);
  const body = (await response.json()) as { value?: ApiRow[]; error?: { message: string } };
  if (body.value === undefined) throw new Error(`${path}: ${response.status} ${body.error?.message}`);
  return body.value;
}

/** Opens a browser and signs in with one click, as a newcomer would; ready to take calls. */
export async function signIn(desk: Pick<Desk, 'server'>, name: string, hertz: number): Promise<Person> {
  const person = await openBrowser(hertz);
  const { page } = person;
  await page.goto(desk.server.origin);
  await page.getByRole('button', { name: new RegExp(`^${name} ·`) }).click();
  await page.getByRole('button', { name: 'Allow microphone' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Presence: Available' }).waitFor();
  return person;
}

/** Accepts the offer that is on the screen. */
export const accept = (agent: Person) =>
  agent.page.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click({ timeout: 15_000 });

/** Waits until the page hears this pitch and nothing much else. */
export const pageHears = (person: Person, hertz: number) =>
  waitFor(`${hertz} Hz in the page`, async () => (await toneShare(person.page, hertz)) > 0.7);

/** Waits until the phone hears this pitch and nothing much else. */
export const phoneHears = (phone: Phone, hertz: number) =>
  waitFor(`${hertz} Hz at the phone`, () => phone.share(hertz, 500) > 0.7);

/** Energy of what the phone heard lately, as mean amplitude. */
export function loudness(phone: Phone, ms = 500): number {
  const samples = phone.sound.ear.recording(ms);
  return samples.length === 0
    ? 0
    : samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length;
}

/** The newest conversation, with what the tests compare. */
export async function newestConversation(desk: Desk): Promise<ApiRow> {
  const [row] = await desk.rows('msdyn_ocliveworkitems?$orderby=createdon desc&$top=1');
  expect(row).toBeDefined();
  return row ?? {};
}

/** The sessions of a conversation, oldest first. */
export const sessionsOf = (desk: Desk, conversation: unknown) =>
  desk.rows(`msdyn_ocsessions?$filter=_msdyn_liveworkitemid_value eq ${conversation}&$orderby=createdon asc`);

/** The participants of a session, oldest first. */
export const participantsOf = (desk: Desk, session: unknown) =>
  desk.rows(
    `msdyn_sessionparticipants?$filter=_msdyn_omnichannelsession_value eq ${session}&$orderby=createdon asc`,
  );

/** Waits until the newest conversation has this status reason (1 Open, 2 Active, 4 Closed, 5 Wrap-up). */
export const conversationIs = (desk: Desk, statuscode: number) =>
  waitFor(`conversation in status ${statuscode}`, async () => {
    const row = await newestConversation(desk);
    return row.statuscode === statuscode && row;
  });

/** Free units of an agent. */
export async function unitsFree(desk: Desk, agent: string): Promise<unknown> {
  const [user] = await desk.rows(`systemusers?$select=systemuserid&$filter=domainname eq '${agent}'`);
  const [status] = await desk.rows(
    `msdyn_agentstatuses?$filter=_msdyn_agentid_value eq ${user?.systemuserid}`,
  );
  return status?.msdyn_availableunitscapacity;
}
