/** Whatever is sent as a definition or asked of definitions is answered, never a fault (webapi.md §13). */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from './harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(() => web.close());

const label = { LocalizedLabels: [{ Label: 'Text', LanguageCode: 1033 }] };
const types = [
  'String',
  'Memo',
  'Integer',
  'Decimal',
  'Money',
  'Boolean',
  'DateTime',
  'Picklist',
  'File',
  'Image',
];
const hostile = [
  'constructor',
  '__proto__',
  'toString',
  'new_"; drop table x',
  'contact',
  '',
  'new_Good',
  '@odata.type',
];

/** A value that fits, one of the hostile names, or anything that JSON can say. */
const value = (fits: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: fits, weight: 3 }, fc.constantFrom(...hostile), fc.jsonValue({ maxDepth: 3 }));
const odataType = fc.constantFrom(
  ...types.map((type) => `Microsoft.Dynamics.CRM.${type}AttributeMetadata`),
  'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
  '#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
);
const name = fc.integer({ min: 0, max: 30 }).map((n) => `new_Fuzz${n}`);
const table = fc.constantFrom('contact', 'account', 'queue', 'nothing');
const body = fc.record(
  {
    '@odata.type': value(odataType),
    SchemaName: value(name),
    Name: value(name),
    DisplayName: value(fc.constant(label)),
    MaxLength: value(fc.integer({ min: -1, max: 5000 })),
    MinValue: value(fc.double()),
    Precision: value(fc.integer()),
    Format: value(fc.constantFrom('Text', 'DateOnly')),
    OptionSet: value(fc.constant({ Options: [{ Value: 1, Label: label }] })),
    Options: value(fc.constant([{ Value: 1, Label: label }])),
    KeyAttributes: value(fc.constant(['fax'])),
    Attributes: value(fc.constant([{ IsPrimaryName: true }])),
    ReferencedEntity: value(table),
    ReferencingEntity: value(table),
    Entity1LogicalName: value(table),
    Entity2LogicalName: value(table),
    Lookup: value(fc.constant({ SchemaName: 'new_FuzzLookup' })),
    CascadeConfiguration: value(fc.constant({ Delete: 'Cascade' })),
    OptionSetName: value(name),
    Value: value(fc.integer()),
    Label: value(fc.constant(label)),
  },
  { requiredKeys: [] },
);
const path = fc.constantFrom(
  'EntityDefinitions',
  "EntityDefinitions(LogicalName='contact')/Attributes",
  "EntityDefinitions(LogicalName='contact')/Keys",
  'RelationshipDefinitions',
  'GlobalOptionSetDefinitions',
);

it('any body of a definition is taken or refused in words', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, async (where, what) => {
      const answer = await web.call('POST', where, { body: what });
      expect(web.faults).toEqual([]);
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 150, seed: 13 },
  );
}, 60_000);

it('options of any name', async () => {
  for (const OptionSetName of hostile) {
    const answer = await web.call('POST', 'InsertOptionValue', { body: { OptionSetName, Label: label } });
    expect([OptionSetName, answer.status < 500]).toEqual([OptionSetName, true]);
  }
  expect(web.faults).toEqual([]);
});

it.each([
  ...hostile.map((word) => `EntityDefinitions?$select=${encodeURIComponent(word)}`),
  ...hostile.map((word) => `EntityDefinitions(LogicalName='contact')/${encodeURIComponent(word)}`),
  'EntityDefinitions?$filter=constructor eq 1',
  'EntityDefinitions?$filter=IsCustomizable/constructor eq true',
  'EntityDefinitions?$expand=constructor',
  'EntityDefinitions/Microsoft.Dynamics.CRM.constructor',
  "EntityDefinitions(LogicalName='contact')/Attributes/$count",
  'RetrieveMetadataChanges(Query=@q)?@q={"Criteria":{"Conditions":[{"PropertyName":"constructor","ConditionOperator":"Equals","Value":{"Value":"x"}}]}}',
])('GET %s', async (where) => {
  const answer = await web.call('GET', where);
  expect([where, web.faults, answer.status < 500]).toEqual([where, [], true]);
});
