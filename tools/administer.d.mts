/** What administer.mjs offers to the commands in TypeScript. */
export function fail(reason: string): never;
export function administer(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
