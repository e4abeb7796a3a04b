/** What an endpoint of the server answers, before it is written to a socket. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | null;
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** An error in the form of the Web API, for paths that are not the Web API's own. */
export function errorAnswer(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  return jsonAnswer(status, { error: { code: '', message } }, headers);
}
