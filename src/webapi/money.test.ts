import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';
import { openPeople } from '../../test/compat/people.ts';
import { organizationId, systemUserId } from '../tables/index.ts';
import { organization } from '../tables/platform/index.ts';

let web: TestWebApi;
let euro: string;
let dollar: string;
beforeAll(async () => {
  web = await openTestWebApi();
  const currency = { currencyprecision: 2, exchangerate: 1 };
  euro = await web.create('transactioncurrencies', {
    ...{ ...currency, currencyname: 'Euro', isocurrencycode: 'EUR', currencysymbol: '€' },
  });
  dollar = await web.create('transactioncurrencies', {
    ...{
      ...currency,
      currencyname: 'Dollar',
      isocurrencycode: 'USD',
      currencysymbol: '$',
      exchangerate: 1.25,
    },
  });
  const values = { organizationid: organizationId, name: 'Test', basecurrencyid: euro };
  await web.database.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
    transaction.create(organization, values),
  );
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const columns = 'revenue,revenue_base,creditlimit,creditlimit_base,exchangerate';
const read = async (id: string) => (await web.call('GET', `accounts(${id})?$select=${columns}`)).json;
const change = async (id: string, body: object) => {
  const { status, text } = await web.call('PATCH', `accounts(${id})`, { body });
  expect([status, text]).toEqual([204, '']);
};
const inDollars = { 'transactioncurrencyid@odata.bind': '' };

describe('money (webapi.md §5; published documentation: transaction currency)', () => {
  it('an amount brings the base currency where none is named; a row without one has neither', async () => {
    const rich = await read(await web.create('accounts', { name: 'a', revenue: 1000.5 }));
    expect(rich).toMatchObject({
      ...{ revenue: 1000.5, revenue_base: 1000.5, exchangerate: 1, _transactioncurrencyid_value: euro },
      ...{ creditlimit: null, creditlimit_base: null },
    });
    const poor = await read(await web.create('accounts', { name: 'b' }));
    expect(poor).toMatchObject({ exchangerate: null, _transactioncurrencyid_value: null });
  });

  it('an amount in another currency is exchanged at its rate, anew with each write', async () => {
    inDollars['transactioncurrencyid@odata.bind'] = `/transactioncurrencies(${dollar})`;
    const id = await web.create('accounts', { name: 'a', revenue: 100, ...inDollars });
    expect(await read(id)).toMatchObject({ revenue: 100, revenue_base: 80, exchangerate: 1.25 });
    await web.call('PATCH', `transactioncurrencies(${dollar})`, { body: { exchangerate: 2 } });
    expect(await read(id)).toMatchObject({ revenue_base: 80, exchangerate: 1.25 });
    await change(id, { creditlimit: 10 });
    expect(await read(id)).toMatchObject({
      ...{ revenue: 100, revenue_base: 50, creditlimit: 10, creditlimit_base: 5, exchangerate: 2 },
      _transactioncurrencyid_value: dollar,
    });
    await change(id, { 'transactioncurrencyid@odata.bind': `/transactioncurrencies(${euro})` });
    expect(await read(id)).toMatchObject({ revenue: 100, revenue_base: 100, creditlimit_base: 10 });
    await change(id, { revenue: null });
    expect(await read(id)).toMatchObject({ revenue: null, revenue_base: null, creditlimit_base: 10 });
  });

  it('an amount has the digits of its currency, another number those of its column', async () => {
    const yen = await web.create('transactioncurrencies', {
      ...{ currencyname: 'Yen', isocurrencycode: 'JPY', currencysymbol: '¥', currencyprecision: 0 },
      exchangerate: 130.1234567890129,
    });
    const bind = { 'transactioncurrencyid@odata.bind': `/transactioncurrencies(${yen})` };
    const id = await web.create('accounts', {
      name: 'a',
      revenue: 100.5,
      address1_latitude: 47.639583,
      ...bind,
    });
    const row = (await web.call('GET', `accounts(${id})`)).json;
    expect(row).toMatchObject({ revenue: 101, exchangerate: 130.123456789013, address1_latitude: 47.63958 });
    expect(row.revenue_base).toBe(0.7762);
    const euros = await read(await web.create('accounts', { name: 'a', revenue: 1.005, creditlimit: 2.994 }));
    expect(euros).toMatchObject({ revenue: 1.01, creditlimit: 2.99, revenue_base: 1.01 });
  });

  it('or, where its column says so, its own or those of prices', async () => {
    const path = "EntityDefinitions(LogicalName='account')/Attributes";
    for (const [SchemaName, PrecisionSource] of [
      ['new_Own', 0],
      ['new_Price', 1],
    ] as const) {
      const DisplayName = { LocalizedLabels: [{ Label: SchemaName, LanguageCode: 1033 }] };
      const type = '#Microsoft.Dynamics.CRM.MoneyAttributeMetadata';
      const body = { '@odata.type': type, SchemaName, DisplayName, Precision: 3, PrecisionSource };
      expect((await web.call('POST', path, { body })).status).toBe(204);
    }
    const described = await web.call(
      'GET',
      `${path}(LogicalName='new_price')/Microsoft.Dynamics.CRM.MoneyAttributeMetadata?$select=PrecisionSource`,
    );
    expect(described.json.PrecisionSource).toBe(1);
    const settings = { pricingdecimalprecision: 1 };
    await web.call('PATCH', `organizations(${organizationId})`, { body: settings });
    const id = await web.create('accounts', { name: 'a', new_own: 1.23456, new_price: 1.26 });
    const { json } = await web.call('GET', `accounts(${id})?$select=new_own,new_price`);
    expect(json).toMatchObject({ new_own: 1.235, new_price: 1.3 });
    // The definitions are those of the process, which other files share.
    for (const name of ['new_own', 'new_price'])
      expect((await web.call('DELETE', `${path}(LogicalName='${name}')`)).status).toBe(204);
  });

  it('a currency has a rate, which RetrieveExchangeRate tells', async () => {
    const body = { exchangerate: 0 };
    const refused = await web.call('PATCH', `transactioncurrencies(${euro})`, { body });
    expect([refused.status, refused.json.error.code]).toEqual([400, '0x80044331']);
    const rate = (id: string) => web.call('GET', `RetrieveExchangeRate(TransactionCurrencyId=${id})`);
    expect((await rate(euro)).json).toEqual({
      '@odata.context':
        'http://wirechief.test/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.RetrieveExchangeRateResponse',
      ExchangeRate: 1,
    });
    expect((await rate(caller.userId)).status).toBe(404);
  });

  it('what a body says of the rate and the base takes no effect', async () => {
    const id = await web.create('accounts', { name: 'a', revenue: 7, revenue_base: 1, exchangerate: 3 });
    expect(await read(id)).toMatchObject({ revenue: 7, revenue_base: 7, exchangerate: 1 });
  });

  it('its formatted value has the sign and the digits of its currency', async () => {
    const id = await web.create('accounts', { name: 'a', revenue: 1234.5 });
    const headers = { prefer: 'odata.include-annotations="*"' };
    const { json } = await web.call('GET', `accounts(${id})?$select=revenue`, { headers });
    expect(json['revenue@OData.Community.Display.V1.FormattedValue']).toBe('€1,234.50');
    const yen = await web.create('transactioncurrencies', {
      ...{ currencyname: 'Yen', isocurrencycode: 'JPY', currencysymbol: '¥', currencyprecision: 0 },
      exchangerate: 130,
    });
    const bind = { 'transactioncurrencyid@odata.bind': `/transactioncurrencies(${yen})` };
    const other = await web.create('accounts', { name: 'a', revenue: 1234.5, ...bind });
    const inYen = await web.call('GET', `accounts(${other})?$select=revenue`, { headers });
    expect(inYen.json['revenue@OData.Community.Display.V1.FormattedValue']).toBe('¥1,235');
    const xml = `<fetch><entity name="account"><attribute name="revenue"/><filter><condition attribute="accountid" operator="eq" value="${other}"/></filter></entity></fetch>`;
    const fetched = await web.call('GET', `accounts?fetchXml=${encodeURIComponent(xml)}`, { headers });
    expect(fetched.json.value[0]['revenue@OData.Community.Display.V1.FormattedValue']).toBe('¥1,235');
  });

  it('an amount that the base currency has no room for is refused', async () => {
    const tiny = await web.create('transactioncurrencies', {
      ...{ currencyname: 'Tiny', isocurrencycode: 'TNY', currencysymbol: 't', currencyprecision: 2 },
      exchangerate: 0.0001,
    });
    const body = {
      name: 'a',
      revenue: 1e14,
      'transactioncurrencyid@odata.bind': `/transactioncurrencies(${tiny})`,
    };
    const { status, json } = await web.call('POST', 'accounts', { body });
    expect([status, json.error.code]).toEqual([400, '0x80044331']);
  });

  it("a user's own currency comes before the base currency", async () => {
    const path = `usersettingscollection(${caller.userId})`;
    const bind = (value: string | null) =>
      web.call('PATCH', path, { body: { 'transactioncurrencyid@odata.bind': value } });
    expect((await bind(`/transactioncurrencies(${dollar})`)).status).toBe(204);
    const id = await web.create('accounts', { name: 'a', revenue: 7 });
    expect((await read(id))._transactioncurrencyid_value).toBe(dollar);
    expect((await bind(null)).status).toBe(204);
  });

  it('takes the right to append to the currency, whoever named it', async () => {
    const people = await openPeople(web);
    const grants = {
      prvCreateAccount: 'Global',
      prvReadAccount: 'Global',
      prvAppendAccount: 'Global',
    } as const;
    const without = await people.user('without', { roles: [await people.role('without', grants)] });
    const role = await people.role('with', { ...grants, prvAppendToTransactionCurrency: 'Global' });
    const body = { name: 'a', revenue: 1 };
    const make = async (as: string) => (await web.call('POST', 'accounts', { as, body })).status;
    expect(await make(without)).toBe(403);
    expect(await make(await people.user('with', { roles: [role] }))).toBe(204);
  });
});

describe('the number of a case (published documentation: autonumber prefixes)', () => {
  it('runs, unless one is given', async () => {
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const number = async (more: object) => {
      const customer = { 'customerid_contact@odata.bind': `/contacts(${contact})` };
      const id = await web.create('incidents', { title: 'Billing', ...customer, ...more });
      return (await web.call('GET', `incidents(${id})?$select=ticketnumber`)).json.ticketnumber;
    };
    const [first, second] = [await number({}), await number({ ticketnumber: null })];
    expect(first).toMatch(/^CAS-\d{5}-[A-Z0-9]{6}$/);
    expect(Number(second.slice(4, 9))).toBe(Number(first.slice(4, 9)) + 1);
    expect(await number({ ticketnumber: 'OWN-1' })).toBe('OWN-1');
  });
});
