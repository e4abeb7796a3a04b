/** A Web API on a database of its own, called without a socket. For the tests of src/webapi and for test/compat. */
import type { ConversationEvent, Engine } from '../../src/conversation/index.ts';
import {
  developmentUserId,
  newUserSettings,
  organizationId,
  roles,
  rootBusinessUnitId,
  tables,
} from '../../src/tables/index.ts';
import { usersettings } from '../../src/tables/platform/index.ts';
import { type ApiResponse, type Caller, createWebApi, type WebApi } from '../../src/webapi/index.ts';
import { openTestStore, type TestStore } from '../database/database.ts';

export const origin = 'http://wirechief.test';
export const root = `${origin}/api/data/v9.2`;

export const caller: Caller = {
  userId: developmentUserId,
  businessUnitId: rootBusinessUnitId,
  organizationId,
};

/** An answer, with its body as JSON when it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: ApiResponse['headers'];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface CallOptions {
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly version?: string;
  /** The user who asks; without it, the System Administrator of the harness. */
  readonly as?: string;
}

export interface TestWebApi {
  readonly api: WebApi;
  readonly database: TestStore;
  /** What was put into the engine. */
  readonly events: readonly (readonly [ConversationEvent, string | undefined])[];
  /** Our own bugs that the API reported. */
  readonly faults: readonly unknown[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Creates a row and gives its id. */
  create(set: string, body: object): Promise<string>;
  close(): Promise<void>;
}

/** An engine that notes what it is told. */
function recordingEngine(events: (readonly [ConversationEvent, string | undefined])[]): Engine {
  return {
    run: async (event, actor) => {
      events.push([event, actor]);
    },
    attach: () => undefined,
    idle: async () => undefined,
  };
}

/** Rows without which nothing can be written: the business unit and the user who asks, a System Administrator. */
async function seed({ store }: TestStore): Promise<void> {
  const table = (name: string) => {
    const found = tables.get(name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  };
  await store.transact({ actor: developmentUserId, cause: 'test' }, async (transaction) => {
    await transaction.create(table('businessunit'), { businessunitid: rootBusinessUnitId, name: 'Root' });
    await transaction.create(table('systemuser'), {
      systemuserid: developmentUserId,
      firstname: 'Dana',
      lastname: 'Developer',
      fullname: 'Dana Developer',
      businessunitid: rootBusinessUnitId,
      domainname: 'dana@wirechief.test',
    });
    await transaction.create(usersettings, { ...newUserSettings, systemuserid: developmentUserId });
    await transaction.create(table('role'), {
      roleid: roles.systemAdministrator,
      name: 'System Administrator',
      businessunitid: rootBusinessUnitId,
    });
    await transaction.associate('systemuserroles_association', developmentUserId, roles.systemAdministrator);
  });
}

export async function openTestWebApi(): Promise<TestWebApi> {
  const database = await openTestStore();
  await seed(database);
  const events: (readonly [ConversationEvent, string | undefined])[] = [];
  const faults: unknown[] = [];
  const api = createWebApi({
    store: database.store,
    engine: recordingEngine(events),
    onFault: (error) => faults.push(error),
  });
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { body, headers = {}, version = 'v9.2', as = caller.userId } = options;
    const response = await api.handle(
      {
        method,
        url: `/api/data/${version}/${path}`,
        origin,
        headers,
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      },
      { ...caller, userId: as },
    );
    const text = response.body === null ? '' : response.body.toString();
    const isJson = response.headers['Content-Type']?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };
  return {
    api,
    database,
    events,
    faults,
    call,
    create: async (set, body) => {
      const answer = await call('POST', set, { body });
      const id = /\(([0-9a-f-]{36})\)$/.exec(answer.headers['OData-EntityId'] ?? '')?.[1];
      if (answer.status !== 204 || id === undefined) throw new Error(`POST ${set}: ${answer.text}`);
      return id;
    },
    close: () => database.close(),
  };
}
