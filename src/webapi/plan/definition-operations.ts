import type { Member, Operation } from './operations.ts';

const takes = (members: Readonly<Record<string, string>>): readonly Member[] =>
  Object.entries(members).map(([name, type]) =>
    type.endsWith('!') ? { name, type: type.slice(0, -1), required: true } : { name, type },
  );

const action = (
  parameters: Readonly<Record<string, string>>,
  returns?: Readonly<Record<string, string>>,
): Operation => ({
  kind: 'action',
  bound: null,
  served: true,
  parameters: takes(parameters),
  ...(returns ? { returns: takes(returns) } : {}),
});

const choice = {
  OptionSetName: 'Edm.String',
  EntityLogicalName: 'Edm.String',
  AttributeLogicalName: 'Edm.String',
} as const;
const solution = { SolutionUniqueName: 'Edm.String' } as const;
const words = { Label: 'mscrm.Label', Description: 'mscrm.Label' } as const;
const look = { Color: 'Edm.String', ExternalValue: 'Edm.String' } as const;

/** Operations on definitions. Source: webapi.md §11 and §13, published Web API action reference. */
export const definitionOperations: readonly (readonly [string, Operation])[] = [
  [
    'InsertOptionValue',
    action(
      { ...choice, Value: 'Edm.Int32', ...words, ...look, ...solution },
      { NewOptionValue: 'Edm.Int32!' },
    ),
  ],
  [
    'UpdateOptionValue',
    action({ ...choice, Value: 'Edm.Int32!', ...words, ...look, MergeLabels: 'Edm.Boolean', ...solution }),
  ],
  ['DeleteOptionValue', action({ ...choice, Value: 'Edm.Int32!', ...solution })],
  ['OrderOption', action({ ...choice, Values: 'Collection(Edm.Int32)!', ...solution })],
  [
    'InsertStatusValue',
    action(
      { ...choice, Value: 'Edm.Int32', ...words, ...look, StateCode: 'Edm.Int32!', ...solution },
      { NewOptionValue: 'Edm.Int32!' },
    ),
  ],
  ['PublishXml', action({ ParameterXml: 'Edm.String!' })],
  ['PublishAllXml', action({})],
  [
    'RetrieveMetadataChanges',
    {
      kind: 'function',
      bound: null,
      served: true,
      parameters: takes({
        Query: 'mscrm.EntityQueryExpression',
        DeletedMetadataFilters: 'mscrm.DeletedMetadataFilters',
        ClientVersionStamp: 'Edm.String',
      }),
      returns: takes({
        EntityMetadata: 'Collection(mscrm.ComplexEntityMetadata)',
        ServerVersionStamp: 'Edm.String',
        DeletedMetadata: 'mscrm.DeletedMetadataCollection',
      }),
    },
  ],
];
