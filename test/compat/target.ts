/** What the public clients of this folder are run against. Without settings: the built server, started for the test as
 *  its users start it. Against an organisation of the product:
 *
 *    WIRECHIEF_COMPAT_URL=https://… and either WIRECHIEF_COMPAT_TOKEN or WIRECHIEF_COMPAT_CLIENT_ID with
 *    WIRECHIEF_COMPAT_CLIENT_SECRET (an application user; the tenant is the one that the challenge of the 401 names)
 *    npx vitest run --project compat test/compat/dataverse-webapi.test.ts
 *
 *  There only rows are made, each named after the run, and they are deleted again. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startServer } from '../server/server.ts';

const world = join(import.meta.dirname, 'world');

const { WIRECHIEF_COMPAT_URL: url, WIRECHIEF_COMPAT_TOKEN: givenToken } = process.env;
const { WIRECHIEF_COMPAT_CLIENT_ID: clientId, WIRECHIEF_COMPAT_CLIENT_SECRET: clientSecret } = process.env;

/** Is the target our own server? Tests that change definitions, or read the rows of our world, ask for it. */
export const isOurs = url === undefined;

/** A server under test. */
export interface Target {
  /** scheme://host[:port] */
  readonly origin: string;
  /** An access token of an administrator. */
  readonly token: string;
  /** What the names of all rows of this run begin with. */
  readonly run: string;
  /** One request without any client: path after /api/data/v9.2/. */
  send(path: string, method?: string, body?: object): Promise<Response>;
  /** Deletes what the run left, stops a server of ours, and fails when that server met a fault. */
  close(): Promise<void>;
}

/** A token by client credentials, from the authority that the challenge of the Web API names (webapi.md §17). */
async function signIn(origin: string, id: string, secret: string): Promise<string> {
  const challenge = (await fetch(`${origin}/api/data/v9.2/WhoAmI`)).headers.get('www-authenticate') ?? '';
  const authority = /authorization_uri="?([^",\s]+)\/oauth2\/(?:v2\.0\/)?authorize/.exec(challenge)?.[1];
  if (authority === undefined) throw new Error(`no authority in the challenge ${challenge}`);
  const answer = await fetch(`${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
      scope: `${origin}/.default`,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`${authority} gave no token: ${answer.status}`);
  return token;
}

/** Set → the column that carries the name, in an order in which they can be deleted. */
const named = {
  incidents: 'title',
  tasks: 'subject',
  queues: 'name',
  teams: 'name',
  contacts: 'lastname',
  accounts: 'name',
} as const;

/** Deletes the rows whose name begins with that of the run: what a test that failed left behind. */
async function sweep({ run, send }: Pick<Target, 'run' | 'send'>): Promise<void> {
  for (const [set, column] of Object.entries(named)) {
    const answer = await send(`${set}?$select=${column}&$filter=startswith(${column},'${run}')`);
    const { value } = (await answer.json()) as { value: { '@odata.id'?: string; [key: string]: unknown }[] };
    const key = set === 'tasks' ? 'activityid' : `${set.slice(0, -1)}id`;
    for (const row of value) await send(`${set}(${row[key]})`, 'DELETE');
  }
}

/** Opens the target that the environment names. */
export async function openTarget(): Promise<Target> {
  const server = url === undefined ? await startServer({ env: { WIRECHIEF_WORLD: world } }) : null;
  const origin = server?.origin ?? new URL(url ?? '').origin;
  const id = server ? 'wirechief-dev' : (clientId ?? '');
  const secret = server ? 'wirechief-dev' : (clientSecret ?? '');
  const token = (server ? undefined : givenToken) ?? (await signIn(origin, id, secret));
  const run = `wirechief-compat-${randomUUID().slice(0, 8)}`;
  const send: Target['send'] = (path, method = 'GET', body) =>
    fetch(`${origin}/api/data/v9.2/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const close = async () => {
    await sweep({ run, send });
    await server?.stop();
    const faults = server?.output().match(/request [0-9a-f-]{36}: .*/s)?.[0];
    if (faults !== undefined) throw new Error(`the server met a fault: ${faults}`);
  };
  return { origin, token, run, send, close };
}

/** An enabled, licensed user beside the one with this id, for impersonation. Ours is the person of world/. */
export async function someoneElse(
  { send }: Pick<Target, 'send'>,
  userId: string,
): Promise<{ readonly userId: string; readonly objectId: string }> {
  const filter = `isdisabled eq false and islicensed eq true and azureactivedirectoryobjectid ne null and systemuserid ne ${userId}`;
  const answer = await send(`systemusers?$select=azureactivedirectoryobjectid&$top=1&$filter=${filter}`);
  const { value } = (await answer.json()) as { value: { [column: string]: string }[] };
  const { systemuserid, azureactivedirectoryobjectid: objectId } = value[0] ?? {};
  if (!systemuserid || !objectId) throw new Error('the organisation has nobody else to act for');
  return { userId: systemuserid, objectId };
}
