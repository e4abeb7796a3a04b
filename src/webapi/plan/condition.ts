import type { Table } from '../../tables/index.ts';
import type { ComparisonOperator } from '../parse/ast.ts';
import type { Access, RowRule } from './asker.ts';
import type { Collection, Entity, Property } from './entity.ts';
import type { Settings } from './settings.ts';

/** PostgreSQL types that parameters are cast to. */
export type SqlType =
  | 'text'
  | 'uuid'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'float8'
  | 'bool'
  | 'timestamptz'
  | 'date';

/** A value that goes to the database as a typed parameter. `inline`: a whole number that was found among the column's own
 *  options and may stand in the text, so that partial indexes on state match (data-and-http.md §2). */
export interface Parameter {
  readonly type: SqlType;
  readonly value: string | number | boolean;
  readonly inline?: true;
}

/** A property of the row that `alias` stands for. */
export interface Field {
  readonly alias: string;
  readonly property: Property;
}

/** A row joined through a lookup; `table` also tells a polymorphic lookup's rows apart. */
export interface Join {
  readonly alias: string;
  readonly table: Table;
  readonly rule: RowRule | null;
  readonly from: string;
  readonly column: string;
  readonly polymorphic: boolean;
}

/** A row in reach of a filter, with the rows its paths lead to. `access`: what else of it may be shown. */
export interface Scope {
  readonly alias: string;
  readonly entity: Entity;
  readonly rule: RowRule | null;
  readonly access: Access;
  readonly joins: Join[];
}

/** Rows joined by what a column of each side holds, as FetchXML's link-entity does; `on` also has the filter of the link.
 *  `first`: at most one row of theirs beside each row. */
export interface Link {
  readonly kind: 'inner' | 'outer' | 'first';
  readonly scope: Scope;
  readonly on: Condition;
  readonly links: readonly Link[];
}

/** A unit of time. */
export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** A point in time the database works out, on the clock of the caller's zone: `from` (now, or a value of the caller's) moved by `amount` of `unit`, cut to the start of `startOf` when given, then moved by `after`. */
export interface Moment {
  readonly from: Date | Parameter;
  readonly amount: number;
  readonly unit: TimeUnit;
  readonly startOf?: 'day' | 'week' | 'month' | 'year' | 'fiscalPeriod' | 'fiscalYear';
  /** With the start of a fiscal period of four weeks: so many periods on. */
  readonly periods?: number;
  readonly after?: { readonly amount: number; readonly unit: TimeUnit };
  readonly settings: Settings;
}

/** Ids that the database finds: one; that one with all its ancestors or descendants along a lookup (`rule`: which rows the
 *  caller may walk over); the teams that users belong to. */
export type IdSet =
  | { readonly kind: 'one'; readonly id: string }
  | {
      readonly kind: 'tree';
      readonly table: Table;
      readonly column: string;
      readonly id: string;
      readonly upwards: boolean;
      readonly rule: RowRule | null;
    }
  | { readonly kind: 'teams'; readonly users: IdSet };

/** A condition with every name resolved and every value typed. Logic is SQL's: unknown stays unknown under `not`. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'isNull'; readonly field: Field }
  | {
      readonly kind: 'compare';
      readonly field: Field;
      readonly operator: ComparisonOperator;
      readonly value: Parameter;
    }
  | {
      readonly kind: 'fields';
      readonly operator: ComparisonOperator;
      readonly left: Field;
      readonly right: Field;
    }
  /** `pattern`: of LIKE, in lower case, escaped by backslash. */
  | { readonly kind: 'like'; readonly field: Field; readonly pattern: string }
  /** `expression`: a regular expression for the whole of the text in lower case. */
  | { readonly kind: 'matches'; readonly field: Field; readonly expression: string }
  | {
      readonly kind: 'oneOf';
      readonly field: Field;
      readonly type: SqlType;
      readonly values: readonly Parameter['value'][];
    }
  /** The multi-select column holds one of the values. */
  | { readonly kind: 'holds'; readonly field: Field; readonly values: readonly number[] }
  | {
      readonly kind: 'moment';
      readonly field: Field;
      readonly operator: ComparisonOperator;
      readonly moment: Moment;
    }
  /** The date lies in this period of its fiscal year, counted from 1. */
  | {
      readonly kind: 'fiscalPeriod';
      readonly field: Field;
      readonly period: Parameter;
      readonly settings: Settings;
    }
  /** The field holds one of the ids. */
  | { readonly kind: 'within'; readonly field: Field; readonly ids: IdSet }
  /** Some row of a collection meets the condition (`all`: none fails it). */
  | {
      readonly kind: 'exists';
      readonly scope: Scope;
      readonly collection: Collection;
      readonly parent: Scope;
      readonly condition: Condition | null;
      readonly all: boolean;
    }
  /** There is a row that the link would join. */
  | { readonly kind: 'linked'; readonly link: Link }
  /** False, but unknown where the field is empty. */
  | { readonly kind: 'never'; readonly field: Field };

/** False for every value the field can hold. */
export const never = (field: Field): Condition => ({ kind: 'never', field });

/** All of the conditions, or the only one. */
export const allOf = (...operands: readonly Condition[]): Condition =>
  operands.length === 1 && operands[0] ? operands[0] : { kind: 'and', operands };

/** Any of the conditions. */
export const anyOf = (...operands: readonly Condition[]): Condition => ({ kind: 'or', operands });

/** The opposite of a condition; unknown stays unknown. */
export const negated = (operand: Condition): Condition => ({ kind: 'not', operand });
