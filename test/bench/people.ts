/** The people of a benchmark: they sign in as the page does, and act by the Web API. */
import { createHash, randomBytes } from 'node:crypto';
import { roles } from '../../src/tables/index.ts';
import type { TestServer } from '../server/server.ts';

/** Signs a person in by authorization code with PKCE, and gives the access token. */
export async function signIn(origin: string, name: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const client = { client_id: 'wirechief-web', redirect_uri: `${origin}/` };
  const query = new URLSearchParams({
    ...client,
    response_type: 'code',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: name,
  });
  const asked = await fetch(`${origin}/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(asked.headers.get('location') ?? '', origin).searchParams.get('code') ?? '';
  const answer = await fetch(`${origin}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...client,
      grant_type: 'authorization_code',
      code_verifier: verifier,
      code,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`${name} cannot sign in: ${answer.status}`);
  return token;
}

/** Calls an action of a conversation, as the agent of the token. */
export async function act(
  origin: string,
  token: string,
  conversation: string,
  action: string,
): Promise<void> {
  const answer = await fetch(
    `${origin}/api/data/v9.2/msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${action}`,
    { method: 'POST', headers: { authorization: `Bearer ${token}` } },
  );
  if (answer.status !== 204) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
}

/** Makes agents who serve this queue; their sign-in names. */
export async function hireAgents(server: TestServer, count: number, queue: string): Promise<string[]> {
  const ask = async (path: string, body: unknown): Promise<Response> => {
    const answer = await server.api(path, { method: 'POST', body });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const names: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const domainname = `bench-${number}`;
    const made = await ask('systemusers', {
      domainname,
      firstname: 'Bench',
      lastname: String(number),
      msdyn_capacity: 100,
    });
    const user = /\(([^)]+)\)$/.exec(made.headers.get('odata-entityid') ?? '')?.[1];
    await ask(`queues(${queue})/queuemembership_association/$ref`, {
      '@odata.id': `${server.origin}/api/data/v9.2/systemusers(${user})`,
    });
    await ask(`systemusers(${user})/systemuserroles_association/$ref`, {
      '@odata.id': `${server.origin}/api/data/v9.2/roles(${roles.agent})`,
    });
    names.push(domainname);
  }
  return names;
}
