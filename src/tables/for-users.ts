/** The door for those who write against the Web API in TypeScript: `import … from 'wirechief/tables'`. Everything is
 *  inferred from the table definitions that the server itself is made of; there is no second description. */
import * as dataverse from './dataverse/index.ts';
import type { Choice, Column, Table } from './model.ts';
import * as platform from './platform/index.ts';
import { wirechief_callcontrol } from './wirechief/wirechief_callcontrol.ts';
import { wirechief_callerlink } from './wirechief/wirechief_callerlink.ts';
import { wirechief_callparty } from './wirechief/wirechief_callparty.ts';
import { wirechief_offer } from './wirechief/wirechief_offer.ts';

export type { Choice, Column, ColumnType, Relationship, Table } from './model.ts';
export type { Guid, Reference, Row, ValueOf, Values } from './rows.ts';

type Known = Omit<typeof dataverse, 'columnsLeftOut'> &
  typeof platform & {
    readonly wirechief_callcontrol: typeof wirechief_callcontrol;
    readonly wirechief_callerlink: typeof wirechief_callerlink;
    readonly wirechief_callparty: typeof wirechief_callparty;
    readonly wirechief_offer: typeof wirechief_offer;
  };

/** The logical name of a built-in table. */
export type TableName = { [N in keyof Known]: Known[N] extends Table ? N : never }[keyof Known];

/** The definition of a built-in table. */
export type TableOf<N extends TableName> = Known[N] extends Table ? Known[N] : never;

type ColumnsOf<N extends TableName> = TableOf<N>['columns'];

type ChoiceType = 'Picklist' | 'MultiSelectPicklist' | 'State' | 'Status';
type OptionsOf<C> = C extends {
  readonly type: ChoiceType;
  readonly options: infer O extends readonly Choice[];
}
  ? O[number]
  : never;

/** The values of one choice by label: `choices.msdyn_ocliveworkitem.statuscode.Active`. Where two options have one label
 *  the first is meant. */
export type ChoiceValues<C> = { readonly [O in OptionsOf<C> as O['label']]: O['value'] };

/** Every choice of every built-in table. */
export type Choices = {
  readonly [N in TableName]: {
    readonly [K in keyof ColumnsOf<N> as OptionsOf<ColumnsOf<N>[K]> extends never ? never : K]: ChoiceValues<
      ColumnsOf<N>[K]
    >;
  };
};

type LookupType = 'Lookup' | 'Customer' | 'Owner';
type Unseen =
  | { readonly companion: true }
  | { readonly noRead: true }
  | { readonly type: 'PartyList' | 'Virtual' };

/** The name of a column on the wire; never for one that is not there. */
type WireName<K, C> = C extends Unseen
  ? never
  : C extends { readonly type: 'EntityName' }
    ? K extends 'activitytypecode'
      ? K
      : never
    : C extends { readonly type: LookupType }
      ? `_${K & string}_value`
      : K;

/** A column's value in the JSON of the Web API. Instants are ISO texts in UTC, whole seconds; a lookup is a GUID; a
 *  multiple choice is a text such as `1,2`. */
export type WireValue<C extends Column> = C extends { readonly type: 'Picklist' | 'State' | 'Status' }
  ? [OptionsOf<C>] extends [never]
    ? number
    : OptionsOf<C>['value']
  : C['type'] extends 'Integer' | 'BigInt' | 'Decimal' | 'Double' | 'Money'
    ? number
    : C['type'] extends 'Boolean'
      ? boolean
      : C['type'] extends 'ManagedProperty'
        ? {
            readonly Value: boolean;
            readonly CanBeChanged: boolean;
            readonly ManagedPropertyLogicalName: string;
          }
        : string;

/** A whole row as the Web API answers it without $select: empty columns are null. With $select, `Pick` what was
 *  selected. Source: webapi.md §5. */
export type WireRow<N extends TableName> = { readonly '@odata.etag': string } & {
  readonly [K in keyof ColumnsOf<N> as WireName<K, ColumnsOf<N>[K]>]: WireValue<
    ColumnsOf<N>[K] & Column
  > | null;
};

/** What may be sent to write a row: plain columns, and `<navigation>@odata.bind` for lookups. */
export type WireValues<N extends TableName> = {
  [K in keyof ColumnsOf<N> as ColumnsOf<N>[K] extends { readonly type: LookupType }
    ? never
    : WireName<K, ColumnsOf<N>[K]>]?: WireValue<ColumnsOf<N>[K] & Column> | null;
} & {
  [R in TableOf<N>['relationships'][number] as `${R['navigation']}@odata.bind`]?: string;
};

const known: readonly Table[] = [
  ...Object.values(dataverse).flatMap((one) => ('logicalName' in one ? [one as Table] : [])),
  ...Object.values(platform),
  wirechief_callcontrol,
  wirechief_callerlink,
  wirechief_callparty,
  wirechief_offer,
];

function choicesOf({ columns }: Table): Record<string, Record<string, number>> {
  const found: Record<string, Record<string, number>> = {};
  for (const [name, { type, options }] of Object.entries(columns)) {
    if (options === undefined || type === 'Boolean' || type === 'ManagedProperty') continue;
    found[name] = Object.fromEntries([...options].reverse().map(({ label, value }) => [label, value]));
  }
  return found;
}

/** The values of every choice, by table, column and label. */
export const choices = Object.fromEntries(
  known.map((table) => [table.logicalName, choicesOf(table)]),
) as unknown as Choices;

/** The entity sets by table: the first part of an address. */
export const entitySets = Object.fromEntries(
  known.map(({ logicalName, entitySetName }) => [logicalName, entitySetName]),
) as { readonly [N in TableName]: TableOf<N>['entitySetName'] };
