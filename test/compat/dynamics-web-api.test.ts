/** The public npm client `dynamics-web-api`, unmodified, every method of it, over HTTP. */
import { DynamicsWebApi } from 'dynamics-web-api';
import { afterAll, describe, expect, it } from 'vitest';
import { batches } from './dynamics-web-api/batches.ts';
import { definitions } from './dynamics-web-api/definitions.ts';
import { operations } from './dynamics-web-api/operations.ts';
import { queries } from './dynamics-web-api/queries.ts';
import { rows } from './dynamics-web-api/rows.ts';
import { isOurs, openTarget } from './target.ts';

const target = await openTarget();
afterAll(() => target.close());

const instance = new DynamicsWebApi({
  serverUrl: target.origin,
  dataApi: { version: '9.2' },
  onTokenRefresh: async () => target.token,
});
const called = new Set<string>();
const client = new Proxy(instance, {
  get: (object, name: string) => {
    called.add(name);
    return Reflect.get(object, name);
  },
});
const subject = { client, target };

describe('dynamics-web-api: rows', () => rows(subject));
describe('dynamics-web-api: queries', () => queries(subject));
describe('dynamics-web-api: batches', () => batches(subject));
describe('dynamics-web-api: operations', () => operations(subject));
describe('dynamics-web-api: definitions', () => definitions(subject));

/** Methods for another endpoint than the Web API: search, and operations in the background. */
const elsewhere = ['search', 'query', 'suggest', 'autocomplete'];
const background = ['getBackgroundOperationStatus', 'cancelBackgroundOperation'];

it.runIf(isOurs)('has no method left that was not called', () => {
  const notCalled = Object.keys(instance).filter((name) => !called.has(name));
  expect(notCalled.sort()).toEqual([...elsewhere, ...background].sort());
});
