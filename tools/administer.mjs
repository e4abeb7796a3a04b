/** What the commands that speak to a running server share: where it is, and how they sign in there. Plain Node. */

const { WIRECHIEF_URL, WIRECHIEF_PORT = '8080' } = process.env;
const origin = (WIRECHIEF_URL ?? `http://localhost:${WIRECHIEF_PORT}`).replace(/\/+$/, '');

/** Ends the command with a reason in one line. */
export function fail(reason) {
  console.error(reason);
  process.exit(1);
}

/** Asks the server as the client of development, or as whoever WIRECHIEF_TOKEN stands for. Gives the JSON it answers;
 *  ends the command on anything but a 200. */
export async function administer(method, path, body) {
  const token = process.env.WIRECHIEF_TOKEN ?? (await developmentToken());
  const response = await send(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json().catch(() => null);
  if (response.status === 200 && answer !== null) return answer;
  return fail(answer?.error?.message ?? `${origin}${path} answered ${response.status}.`);
}

async function developmentToken() {
  const client = 'wirechief-dev';
  const form = { grant_type: 'client_credentials', client_id: client, client_secret: client };
  const body = new URLSearchParams({ ...form, scope: `${origin}/.default` });
  const response = await send('/oauth2/v2.0/token', { method: 'POST', body });
  const answer = await response.json().catch(() => null);
  if (typeof answer?.access_token === 'string') return answer.access_token;
  return fail(
    answer?.error_description ??
      `${origin} gives the client ${client} no token (${response.status}). Is it Wirechief, in development? Else set WIRECHIEF_TOKEN.`,
  );
}

async function send(path, options) {
  try {
    return await fetch(`${origin}${path}`, options);
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    return fail(
      `No server at ${origin} (${reason}). Start it with npm start, or set WIRECHIEF_URL to where it is.`,
    );
  }
}
