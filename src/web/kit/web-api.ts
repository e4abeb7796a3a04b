/** The screens' only way to rows: the public Web API with the signed-in person's token; and to the log of its requests. */
import { accessToken, refreshNow, signOut } from '../sign-in/session.ts';
import { learnServerTime } from './clock.ts';
import { isRecord, records, text, type WebRecord } from './record.ts';

const root = '/api/data/v9.2/';

/** A request that the server refused or that never reached it. `status` 0: no answer. `code`: as in the error body.
 *  `requestId`: what the server's log calls this request. Source: webapi.md §4. */
export class WebApiError extends Error {
  override readonly name = 'WebApiError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;

  constructor(message: string, status: number, code: string, requestId: string | null, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

/** Reads one record or a function's answer. `path` is relative to /api/data/v9.2/. */
export async function readRecord(path: string): Promise<WebRecord> {
  const body: unknown = await (await send('GET', path)).json();
  if (!isRecord(body))
    throw new WebApiError('The server answered with something else than a record.', 200, '', null);
  return body;
}

/** Reads the first page of a list, at most `pageSize` rows. */
export async function readList(path: string, pageSize = 250): Promise<readonly WebRecord[]> {
  const response = await send('GET', path, undefined, pageSize);
  const body: unknown = await response.json();
  return isRecord(body) ? records(body, 'value') : [];
}

/** Runs an action. Most answer 204. */
export async function runAction(path: string, body?: WebRecord): Promise<void> {
  await send('POST', path, body);
}

/** Reads the request log. `path` is what follows /requests. */
export async function readLog(path: string): Promise<WebRecord> {
  const body: unknown = await (await sendTo(`/requests${path}`, 'GET')).json();
  return isRecord(body) ? body : {};
}

/** Reads a text of the request log: a request as curl, or as a test. */
export async function readLogText(path: string): Promise<string> {
  return (await sendTo(`/requests${path}`, 'GET')).text();
}

const send = (method: string, path: string, body?: WebRecord, pageSize?: number): Promise<Response> =>
  sendTo(root + path, method, body, pageSize);

async function sendTo(
  address: string,
  method: string,
  body?: WebRecord,
  pageSize?: number,
): Promise<Response> {
  const first = await request(method, address, await accessToken(), body, pageSize);
  if (first.status !== 401) return accepted(first);
  const second = await request(method, address, await refreshNow(), body, pageSize);
  if (second.status === 401) {
    signOut('This server does not accept the sign-in: its token is not meant for this server, or too old.');
  }
  return accepted(second);
}

async function request(
  method: string,
  address: string,
  token: string,
  body?: WebRecord,
  pageSize?: number,
): Promise<Response> {
  const prefer = ['odata.include-annotations="*"'];
  if (pageSize !== undefined) prefer.push(`odata.maxpagesize=${pageSize}`);
  try {
    return await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        prefer: prefer.join(','),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new WebApiError('The server could not be reached.', 0, '', null, error);
  }
}

async function accepted(response: Response): Promise<Response> {
  learnDate(response);
  if (response.ok) return response;
  const requestId = response.headers.get('x-ms-service-request-id') ?? response.headers.get('req_id');
  const body: unknown = await response.json().catch(() => null);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  throw new WebApiError(
    text(error, 'message') ?? `The server answered ${response.status}.`,
    response.status,
    text(error, 'code') ?? '',
    requestId,
  );
}

let isClockKnown = false;

/** The Date header has whole seconds only: good enough until the softphone's welcome or an offer tells more exactly. */
function learnDate(response: Response): void {
  const date = response.headers.get('date');
  if (isClockKnown || date === null) return;
  isClockKnown = true;
  const parsed = Date.parse(date);
  if (!Number.isNaN(parsed) && Math.abs(parsed - Date.now()) > 1500)
    learnServerTime(new Date(parsed).toISOString());
}
