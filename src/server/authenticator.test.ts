/** Who a token stands for: the rows of systemuser behind it, and what is remembered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { audience, startIssuer, type TestIssuer } from '../../test/server/issuer.ts';
import { businessunit, systemuser } from '../tables/dataverse/index.ts';
import { organizationId, Refusal, rootBusinessUnitId, systemUserId } from '../tables/index.ts';
import { type Authenticator, createAuthenticator, verifyOwn } from './authenticator.ts';
import { createDirectory } from './directory.ts';
import { createExternalIssuer } from './oauth/external-issuer.ts';
import type { Tokens } from './oauth/tokens.ts';

const person = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101';
const application = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e102';
const personOid = '11111111-1111-4111-8111-111111111111';
const applicationId = '22222222-2222-4222-8222-222222222222';
const cause = { actor: systemUserId, cause: 'test' };

let database: TestStore;
let source: TestIssuer;
let authenticator: Authenticator;
beforeAll(async () => {
  database = await openTestStore();
  source = await startIssuer();
  await database.store.transact(cause, async (transaction) => {
    await transaction.create(businessunit, { businessunitid: rootBusinessUnitId, name: 'Root' });
    await transaction.create(systemuser, {
      systemuserid: person,
      domainname: 'robin',
      azureactivedirectoryobjectid: personOid,
      businessunitid: rootBusinessUnitId,
    });
    await transaction.create(systemuser, {
      systemuserid: application,
      domainname: 'robot',
      applicationid: applicationId,
      businessunitid: rootBusinessUnitId,
    });
  });
  const settings = { issuer: source.issuer, audiences: [audience], pages: null };
  authenticator = createAuthenticator({
    verify: createExternalIssuer(settings).verify,
    isOwnIssuer: false,
    directory: createDirectory(database.store),
    store: database.store,
  });
});
afterAll(async () => {
  authenticator.close();
  await source.close();
  await database.close();
});

const check = async (claims: Record<string, unknown>) =>
  authenticator.check(await source.token({ claims }), 'https://desk.example');

describe('an external token (webapi.md §17)', () => {
  test('of a person is the systemuser of its oid', async () => {
    expect(await check({ oid: personOid, scp: 'x' })).toMatchObject({
      caller: { userId: person, businessUnitId: rootBusinessUnitId, organizationId },
    });
  });

  test('of an application is the systemuser of its application id', async () => {
    expect(await check({ azp: applicationId, idtyp: 'app' })).toMatchObject({
      caller: { userId: application },
    });
  });

  test('of somebody unknown is refused as the product does', async () => {
    const found = await check({ oid: '33333333-3333-4333-8333-333333333333' });
    expect(found).toBeInstanceOf(Refusal);
    expect(found).toMatchObject({ status: 403, code: '0x80072560' });
  });

  test('of a user who is disabled meanwhile is refused, though it was remembered', async () => {
    const token = await source.token({ claims: { oid: personOid } });
    expect(await authenticator.check(token, null)).toMatchObject({ caller: { userId: person } });
    expect(authenticator.known(token, null)).toBeDefined();
    await database.store.transact(cause, (transaction) =>
      transaction.update(systemuser, person, { isdisabled: true }),
    );
    await expect.poll(() => authenticator.known(token, null)).toBeUndefined();
    expect(await authenticator.check(token, null)).toMatchObject({ status: 403, code: '0x80040225' });
  });
});

test('a token of our own counts at the origin that issued it, and between the names of this machine', async () => {
  const iss = 'http://localhost:8080';
  const claims = { sub: application, exp: Date.now() / 1000 + 60, iss, aud: `${iss}/`, tid: organizationId };
  const tokens: Pick<Tokens, 'verify'> = { verify: async () => claims };
  const own = createAuthenticator({
    verify: verifyOwn(tokens),
    isOwnIssuer: true,
    directory: createDirectory(database.store),
    store: database.store,
  });
  expect(await own.check('t', 'https://desk.example')).toBeNull();
  expect(await own.check('t', 'http://127.0.0.1:8080')).toMatchObject({ caller: { userId: application } });
  expect(own.known('t', iss)).toBeDefined();
  expect(own.known('t', 'https://desk.example')).toBeUndefined();
  own.close();
});
