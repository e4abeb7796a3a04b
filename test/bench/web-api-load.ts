/** Requests of the Web API's benchmark and what they cost. */
import { Agent, request } from 'node:http';
import { cpuSeconds, processTree } from './measure.ts';

const inFlight = 16;

/** One request, always the same way. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

/** Who answers: a port, and the process behind it. */
export interface Side {
  readonly port: number;
  readonly pid: number;
}

/** CPU per request in milliseconds. */
export interface Cost {
  readonly node: number;
  readonly postgres: number;
}

/** What the calls cost, each. */
export async function cost(
  side: Side,
  postgres: number,
  calls: readonly Call[],
  token: string,
): Promise<Cost> {
  const used = (): [number, number] => [cpuSeconds([side.pid]), cpuSeconds(processTree(postgres))];
  const before = used();
  await load(side.port, calls, token);
  const after = used();
  return {
    node: ((after[0] - before[0]) / calls.length) * 1000,
    postgres: ((after[1] - before[1]) / calls.length) * 1000,
  };
}

/** Sends the calls, so many at a time. */
export async function load(port: number, calls: readonly Call[], token: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++])
      await send(agent, port, call, token);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  agent.destroy();
}

function send(agent: Agent, port: number, call: Call, token: string): Promise<void> {
  const { method, path, body } = call;
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    };
    request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().once('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${method} ${path}: ${response.statusCode}`));
      });
    })
      .once('error', reject)
      .end(body);
  });
}
