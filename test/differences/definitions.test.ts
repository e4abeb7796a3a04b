/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(() => web.close());

const label = (text: string) => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
const column = (schemaName: string, more: object = {}) => ({
  '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
  SchemaName: schemaName,
  DisplayName: label(schemaName),
  ...more,
});
const attributes = "EntityDefinitions(LogicalName='contact')/Attributes";

it('33 what no source tells of a built-in definition is null, of one made here it is the default', async () => {
  expect((await web.call('POST', attributes, { body: column('new_Own') })).status).toBe(204);
  const built = await web.call('GET', `${attributes}(LogicalName='lastname')`);
  const own = await web.call('GET', `${attributes}(LogicalName='new_own')`);
  expect([built.json.IsAuditEnabled, built.json.IsSecured, built.json.ColumnNumber]).toEqual([
    null,
    null,
    null,
  ]);
  expect([own.json.IsAuditEnabled.Value, own.json.IsSecured]).toEqual([false, false]);
  const choices = await web.call('GET', 'GlobalOptionSetDefinitions');
  expect(choices.json.value).toEqual([]);
});

it('34 definitions act at once: nothing to publish, a new key is Active', async () => {
  const keys = "EntityDefinitions(LogicalName='contact')/Keys";
  const body = { SchemaName: 'new_OwnKey', KeyAttributes: ['new_own'] };
  expect((await web.call('POST', keys, { body })).status).toBe(204);
  expect((await web.call('GET', keys)).json.value[0].EntityKeyIndexStatus).toBe('Active');
  const published = await web.call('POST', 'PublishXml', { body: { ParameterXml: '<importexportxml />' } });
  expect([published.status, published.text]).toEqual([204, '']);
});

it('35 any prefix but the product’s and ours, no solutions, one language', async () => {
  const headers = { 'mscrm.solutionuniquename': 'nothing' };
  expect((await web.call('POST', attributes, { body: column('abc1_Other'), headers })).status).toBe(204);
  for (const name of ['msdyn_Other', 'wirechief_Other', 'mscrm_Other'])
    expect((await web.call('POST', attributes, { body: column(name) })).status).toBe(400);
  const danish = { DisplayName: { LocalizedLabels: [{ Label: 'Navn', LanguageCode: 1030 }] } };
  const refused = await web.call('POST', attributes, { body: column('new_Danish', danish) });
  expect([refused.status, refused.json.error.message]).toEqual([
    400,
    'DisplayName needs a label in LanguageCode 1033, the only language here.',
  ]);
});

it('36 what was deleted is told by its ids, however long ago', async () => {
  const { json } = await web.call('GET', 'RetrieveMetadataChanges()');
  expect(json.DeletedMetadata).toEqual({ Count: 0, IsReadOnly: false, Keys: [], Values: [] });
  const own = `${attributes}(LogicalName='abc1_other')`;
  const { MetadataId } = (await web.call('GET', own)).json;
  expect((await web.call('DELETE', own)).status).toBe(204);
  const later = await web.call(
    'GET',
    `RetrieveMetadataChanges(ClientVersionStamp='${json.ServerVersionStamp}')`,
  );
  expect(later.json.DeletedMetadata.Values).toEqual([{ Count: 1, IsReadOnly: false, Items: [MetadataId] }]);
});
