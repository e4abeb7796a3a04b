/** What a listener serves in its tests: only what the Web API and voice do is pretended. */
import { connect } from 'node:net';
import type { Services } from '../../src/server/http/context.ts';
import { openRequestLog } from '../../src/server/requests/request-log.ts';
import { developmentUserId, organizationId, rootBusinessUnitId } from '../../src/tables/index.ts';
import type { ApiRequest, Caller } from '../../src/webapi/index.ts';

const caller: Caller = { userId: developmentUserId, businessUnitId: rootBusinessUnitId, organizationId };
const clock = { now: '', realNow: '', factor: 1, isReal: true, nextTimerOn: null };
const authenticated = { caller, expiresAt: Number.MAX_SAFE_INTEGER };

/** What was pretended. `heard`: the requests that reached the Web API. `upgrades`: those that reached voice. */
export interface Pretended {
  readonly services: Services & { readonly api: { handle: Services['api']['handle'] } };
  readonly heard: ApiRequest[];
  readonly upgrades: string[];
}

/** Services afresh. */
export function pretended(): Pretended {
  const heard: ApiRequest[] = [];
  const upgrades: string[] = [];
  const services: Services = {
    api: {
      isAdministrator: async () => true,
      mayHear: async (_caller, changes) => changes.map(() => true),
      handle: async (request) => {
        heard.push(request);
        if (request.url.endsWith('/fault')) throw new Error('our bug');
        if (request.url.endsWith('/torn'))
          return { status: 200, headers: { etag: 'kept', location: 'a\nb' }, body: '{}' };
        if (request.url.endsWith('/empty')) return { status: 204, headers: {}, body: null };
        return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"value":[]}' };
      },
      challenge: (_request, reason) => ({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
        body: reason,
      }),
    },
    authenticator: {
      known: (token) => (token === 'known' ? authenticated : undefined),
      check: async (token) => (token === 'good' ? authenticated : null),
      close: () => {},
    },
    issuer: {
      signIn: { kind: 'development' },
      directory: { people: async () => [], person: async () => null, member: async () => null },
      tokens: {
        key: {
          id: '',
          publicJwk: { kty: 'EC' },
          ...({} as Pick<Services['issuer']['tokens']['key'], 'privateKey' | 'publicKey'>),
        },
        issue: async () => '',
        verify: async () => null,
      },
    },
    tokenEndpoint: {
      token: async ({ form }) => ({ status: 200, headers: {}, body: form.get('grant_type') ?? '' }),
    },
    external: null,
    requests: openRequestLog({ subscribe: () => () => {}, changes: async () => [] }),
    lint: async () => [],
    clock: { read: async () => clock, perform: async () => clock },
    push: { subscribe: async ({ response }) => void response.end('stream'), count: () => 0, close: () => {} },
    voice: {
      upgrade: (request, socket) => {
        upgrades.push(request.url ?? '');
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      },
    },
    health: async () => ({ legs: 0 }),
  };
  return { services, heard, upgrades };
}

/** Sends bytes as they are to a port of this machine and gives back everything until the server hangs up. */
export function talkTo(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.once('close', () => resolve(answer)).once('error', reject);
    for (const part of parts) socket.write(part);
  });
}
