/** Row types, inferred from the table definitions: there is no second description of a row. */
import type { Column, Table } from './model.ts';

/** A GUID in lower case without braces, branded with the logical name of its table. */
export type Guid<T extends string = string> = string & { readonly table?: T };

/** A polymorphic lookup's value: which table, which row. */
export interface Reference<T extends string = string> {
  readonly table: T;
  readonly id: Guid;
}

type ChoiceOf<C extends Column> = C extends { readonly options: readonly { readonly value: infer V }[] }
  ? V
  : number;

type LookupOf<C extends Column> = C extends { readonly targets: readonly [infer T extends string] }
  ? Guid<T>
  : Reference;

/** The value a column holds in a row handed to or by the store; null means no value.
 *  DateTime is a Date (whole milliseconds), MultiSelectPicklist an ascending list, BigInt a decimal string. */
export type ValueOf<C extends Column> = C['type'] extends 'Integer' | 'Decimal' | 'Double' | 'Money'
  ? number
  : C['type'] extends 'Boolean' | 'ManagedProperty'
    ? boolean
    : C['type'] extends 'DateTime'
      ? Date
      : C['type'] extends 'Picklist' | 'State' | 'Status'
        ? ChoiceOf<C>
        : C['type'] extends 'MultiSelectPicklist'
          ? readonly ChoiceOf<C>[]
          : C['type'] extends 'Lookup' | 'Customer' | 'Owner'
            ? LookupOf<C>
            : string;

/** A whole row of table T: every column, null where empty. */
export type Row<T extends Table> = { -readonly [K in keyof T['columns']]: ValueOf<T['columns'][K]> | null };

/** Columns to write: those named, null to clear. */
export type Values<T extends Table> = Partial<Row<T>>;
