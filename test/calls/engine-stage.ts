/** Calls with nothing on paper: the world front-desk in a real database, the real engine, the Web API's own messages,
 *  real SIP and media. Each person hums a pitch of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ConversationEvent, createEngine, type Limits } from '../../src/conversation/index.ts';
import { countryOf } from '../../src/server/numbers.ts';
import { loadWorld } from '../../src/server/world/load.ts';
import type { Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import {
  organizationId,
  presences,
  type Row,
  rootBusinessUnitId,
  systemUserId,
  type Table,
  type Values,
} from '../../src/tables/index.ts';
import { startVoice, type Voice, type VoiceConfig } from '../../src/voice/index.ts';
import { startMedia } from '../../src/voice/media/index.ts';
import type { MediaEngine } from '../../src/voice/media/media.ts';
import type { Transcriber } from '../../src/voice/transcription/transcriber.ts';
import { createWebApi, keepPrivileges } from '../../src/webapi/index.ts';
import { openTestStore } from '../database/database.ts';
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts';
import { waitFor } from '../phone/wait.ts';
import { pitches } from './hearing.ts';
import { numbers, until } from './line.ts';
import { TestPage } from './page.ts';
import type { Agent, Outside } from './people.ts';

/** Two representatives and a supervisor, by their names in the world. */
const logins = { ann: 'agent', ben: 'agent2', sue: 'supervisor' } as const;

/** One of them. */
export type Who = keyof typeof logins;

/** Somebody who talks on the telephone with our people. */
export const callerNumber = '+4520000001';

/** Generous, because the machine may be busy with other things. */
const patience = { timeoutMs: 40_000 } as const;

/** The whole of it. `ids`: of the three people. `log`: what engine and voice said. */
export interface EngineStage {
  readonly store: Store;
  readonly voice: Voice;
  readonly ids: Readonly<Record<Who, string>>;
  readonly log: readonly string[];
  /** Opens the person's page and makes them available. */
  enter(name: Who): Promise<Agent>;
  /** Whether new work may reach them; transfers and consults can either way. */
  isFree(name: Who, free: boolean): Promise<void>;
  /** Somebody calls, the number without a bot unless said otherwise; resolves when the server has answered. */
  caller(to?: string, options?: PhoneOptions): Promise<Outside>;
  /** The telephone at the number of the expert outside, or at any other of a trunk: they all lead to the last one. */
  expert(options?: PhoneOptions): Promise<Outside>;
  /** The conversation that this person's page shows as ringing; waits for it. */
  ringing(agent: Agent): Promise<string>;
  /** A message of the Web API bound to the conversation, asked by this person; gives the status and the error's text. */
  ask(name: Who, conversation: string, message: string, body?: object): Promise<readonly [number, string]>;
  /** A message of the Web API that is bound to nothing. */
  askAlone(name: Who, message: string, body?: object): Promise<readonly [number, string]>;
  /** The same as `ask` where nothing but 204 will do. */
  does(name: Who, conversation: string, message: string, body?: object): Promise<void>;
  /** An event that no message lets in. */
  run(event: ConversationEvent): Promise<void>;
  /** Waits until the rows say so: the check may throw while they do not. */
  eventually<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean): Promise<T>;
  row(conversation: string): Promise<Row<typeof t.msdyn_ocliveworkitem>>;
  /** Its sessions, oldest first. */
  sessions(conversation: string): Promise<Row<typeof t.msdyn_ocsession>[]>;
  participants(conversation: string): Promise<Row<typeof t.msdyn_sessionparticipant>[]>;
  /** The complete file in a column of a row; null while there is none. */
  file(table: Table, row: string, column: string): Promise<Buffer | null>;
  make<T extends Table>(table: T, values: Values<T>): Promise<string>;
  change<T extends Table>(table: T, id: string, values: Values<T>): Promise<void>;
  /** Sets the voice settings of every number. */
  setVoice(values: Values<typeof t.msdyn_ocvoicechannelsetting>): Promise<void>;
  /** The media process dies, as if the system had killed it; another is started. */
  killMedia(): void;
  /** All calls end, all conversations close; pages stay. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

let firstPort = 46_000 + (process.pid % 80) * 200;

/** Sets the stage. `flows`: what the bots say, as the world has it unless given. `limits`: instead of the engine's own. */
export async function openEngineStage(
  given: {
    readonly transcriber?: Transcriber;
    readonly flows?: VoiceConfig['flows'];
    readonly limits?: Partial<Limits>;
  } = {},
): Promise<EngineStage> {
  const database = await openTestStore();
  const { store } = database;
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-engine-'));
  const log: string[] = [];
  const note = (line: string): void => void log.push(line);
  const world = await loadWorld(store, 'front-desk');
  await keepPrivileges(store);
  const users = await store.rows(t.systemuser, {});
  const idOf = (login: string): string =>
    users.find(({ domainname }) => domainname === login)?.systemuserid ?? '';
  const ids = { ann: idOf(logins.ann), ben: idOf(logins.ben), sue: idOf(logins.sue) };
  const { limits = {} } = given;
  const engine = createEngine({ store, log: note, limits, countryOf });
  let expertUri = '';
  let media: MediaEngine | null = null;
  firstPort += 100;
  const voice = await startVoice(
    {
      sip: { host: '127.0.0.1', port: 0, trunks: ['127.0.0.1'], credentials: {} },
      rtpPorts: [firstPort, firstPort + 99],
      cacheFolder: folder,
      flows: given.flows ?? world.flows,
      numbers: world.testNumbers,
      callersWithoutSignIn: true,
      authenticate: async (token) => ids[token as Who] ?? null,
      log: note,
    },
    engine,
    {
      startMedia: async (config) => {
        media = await startMedia(config);
        return media;
      },
      transcriber: given.transcriber ?? null,
      findRoute: () => (expertUri === '' ? null : { uri: expertUri }),
    },
  );
  store.startTimers();
  const api = createWebApi({ store, engine, onFault: (fault) => note(`failed: ${String(fault)}`) });
  const server = createServer().on('upgrade', (request, socket, head) =>
    voice.upgrade(request, socket, head),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const origin = `http://127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`;
  const phones: Phone[] = [];
  const pages: TestPage[] = [];
  const phone = async (hertz: number, options: PhoneOptions): Promise<Outside> => {
    const made = await createPhone({ hertz, ...options });
    phones.push(made);
    return { hertz, ear: made.sound.ear, phone: made };
  };
  const cause = { actor: systemUserId, cause: 'test world' } as const;
  const change: EngineStage['change'] = (table, id, values) =>
    store.transact(cause, async (transaction) => {
      await transaction.update(table, id, values);
    });
  const isFree: EngineStage['isFree'] = (name, free) =>
    engine.run({
      type: 'PresenceSet',
      agent: ids[name],
      presence: free ? presences.available : presences.busy,
      by: ids[name],
    });
  const post = async (name: Who, path: string, body: object): Promise<readonly [number, string]> => {
    const response = await api.handle(
      {
        method: 'POST',
        url: `/api/data/v9.2/${path}`,
        origin,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      { userId: ids[name], businessUnitId: rootBusinessUnitId, organizationId },
    );
    await engine.idle();
    return [response.status, response.body === null ? '' : String(response.body)];
  };
  const ask: EngineStage['ask'] = (name, conversation, message, body = {}) =>
    post(name, `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${message}`, body);
  const sessions: EngineStage['sessions'] = (conversation) =>
    store.rows(
      t.msdyn_ocsession,
      { msdyn_liveworkitemid: conversation },
      {
        orderBy: [
          ['msdyn_sessioncreatedon', 'asc'],
          ['activityid', 'asc'],
        ],
      },
    );
  return {
    store,
    voice,
    ids,
    log,
    isFree,
    ask,
    askAlone: (name, message, body = {}) => post(name, message, body),
    sessions,
    change,
    enter: async (name) => {
      const page = await TestPage.open(
        origin,
        { type: 'hello', role: 'agent', token: name },
        { hertz: pitches[name] },
      );
      pages.push(page);
      await until(() => page.ready, patience.timeoutMs);
      await engine.idle();
      await isFree(name, true);
      return { hertz: pitches[name], ear: page.ear, page };
    },
    caller: async (to = numbers.straight, options = {}) => {
      const caller = await phone(pitches.caller, options);
      await caller.phone.dial(`sip:${to}@127.0.0.1:${voice.sipPort}`, { from: callerNumber });
      return caller;
    },
    expert: async (options = {}) => {
      const expert = await phone(pitches.expert, options);
      expertUri = expert.phone.uri;
      return expert;
    },
    ringing: async ({ page }) => {
      await until(() => page.call?.state === 'ringing', patience.timeoutMs);
      return page.call?.conversation ?? '';
    },
    does: async (name, conversation, message, body) => {
      expect(await ask(name, conversation, message, body)).toEqual([204, '']);
    },
    run: async (event) => {
      await engine.run(event);
      await engine.idle();
    },
    eventually: async (what, read, holds) => {
      let value = await read();
      await expect
        .poll(
          async () => {
            value = await read();
            return holds(value) ? what : JSON.stringify(value);
          },
          { timeout: patience.timeoutMs, interval: 50 },
        )
        .toBe(what);
      return value;
    },
    row: async (conversation) => {
      const row = await store.row(t.msdyn_ocliveworkitem, conversation);
      if (row === null) throw new Error(`there is no conversation ${conversation}`);
      return row;
    },
    participants: async (conversation) =>
      (
        await Promise.all(
          (
            await sessions(conversation)
          ).map(({ activityid }) =>
            store.rows(
              t.msdyn_sessionparticipant,
              { msdyn_omnichannelsession: activityid },
              { orderBy: [['createdon', 'asc']] },
            ),
          ),
        )
      ).flat(),
    file: async (table, row, column) => {
      const found = await store.files.of(table, row, column);
      return found === null ? null : store.files.piece(found.id, 0, found.size);
    },
    make: (table, values) => store.transact(cause, (transaction) => transaction.create(table, values)),
    setVoice: async (values) => {
      for (const { msdyn_ocvoicechannelsettingid: id } of await store.rows(t.msdyn_ocvoicechannelsetting, {}))
        await change(t.msdyn_ocvoicechannelsetting, id ?? '', values);
    },
    killMedia: () => {
      const pid = media?.processId;
      if (pid === undefined) throw new Error('there is no media process');
      process.kill(pid, 'SIGKILL');
    },
    clear: async () => {
      for (const one of phones.splice(0)) {
        if (one.state === 'talking') await one.hangUp();
        await one.close();
      }
      await engine.idle();
      const open = await store.rows(t.msdyn_ocliveworkitem, { statecode: 0 });
      const by = idOf('admin');
      for (const { activityid: conversation } of open)
        await engine.run({ type: 'ForceCloseRequested', conversation: conversation ?? '', agent: by });
      await engine.idle();
      await waitFor('no leg but the pages', () => voice.legs() <= pages.length, patience);
      expertUri = '';
      expect(log.filter((line) => / fails:|failed/.test(line) && !line.includes('the bot failed: '))).toEqual(
        [],
      );
    },
    close: async () => {
      for (const page of pages.splice(0)) await page.close();
      await voice.close();
      await engine.idle();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      expect(database.faults).toEqual([]);
    },
  };
}
