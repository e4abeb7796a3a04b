/** What a request says, before any table is known: the syntax tree of the address and of every query option. */

/** A literal of the URL grammar. Numbers and dates keep the text they were written in; GUIDs are in lower case. */
export type Literal =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'guid'; readonly value: string }
  | { readonly type: 'date'; readonly text: string }
  | { readonly type: 'dateTime'; readonly text: string }
  | { readonly type: 'enum'; readonly name: string; readonly value: string }
  | { readonly type: 'list'; readonly items: readonly Literal[] }
  | { readonly type: 'object'; readonly members: readonly (readonly [name: string, value: Literal])[] };

/** What stands on one side of a comparison. A path is split at its slashes; an alias carries its name without `@`. */
export type Operand =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string };

/** The comparison operators of $filter. */
export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** A boolean expression of $filter. `and` and `or` are flat lists of two or more. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'text';
      readonly name: 'contains' | 'startswith' | 'endswith';
      readonly subject: Operand;
      readonly value: Operand;
    }
  | {
      readonly kind: 'lambda';
      readonly path: readonly string[];
      readonly operator: 'any' | 'all';
      readonly variable: string | null;
      readonly condition: Expression | null;
    }
  /** `Microsoft.Dynamics.CRM.<name>(…)`. */
  | {
      readonly kind: 'query';
      readonly name: string;
      readonly args: readonly (readonly [name: string, value: Operand])[];
    }
  /** A bare operand where a boolean is wanted. */
  | { readonly kind: 'truth'; readonly operand: Operand };

/** One entry of $orderby. */
export interface OrderItem {
  readonly operand: Operand;
  readonly descending: boolean;
}

/** One entry of $expand. `reference`: written `nav/$ref`. */
export interface ExpandItem {
  readonly name: string;
  readonly reference: boolean;
  readonly select: readonly string[] | null;
  readonly filter: Expression | null;
  readonly orderBy: readonly OrderItem[];
  readonly top: number | null;
  readonly expand: readonly ExpandItem[];
}

/** One step of $apply. */
export type Transformation =
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'aggregate'; readonly aggregates: readonly Aggregate[] }
  | {
      readonly kind: 'groupby';
      readonly paths: readonly (readonly string[])[];
      readonly aggregates: readonly Aggregate[];
    };

/** One aggregate of $apply; `path` null stands for `$count`. */
export interface Aggregate {
  readonly path: readonly string[] | null;
  readonly method: string | null;
  readonly alias: string;
}

/** Every query option of a request. Options that only later steps support are kept as text. */
export interface QueryOptions {
  readonly select: readonly string[] | null;
  readonly filter: Expression | null;
  readonly orderBy: readonly OrderItem[];
  readonly top: number | null;
  readonly count: boolean;
  readonly expand: readonly ExpandItem[];
  readonly apply: readonly Transformation[] | null;
  readonly aliases: ReadonlyMap<string, Operand>;
  readonly skipToken: string | null;
  /** The `$id` of a reference to take away. */
  readonly id: string | null;
  /** Options of one kind of request only, as text: `$deltatoken`, those of files, `fetchXml`, `savedQuery`, `userQuery`. */
  readonly special: ReadonlyMap<string, string>;
  /** Options by name that were understood but are not served here. */
  readonly unserved: readonly string[];
}

/** Between the parentheses of a path segment: nothing, one key value, or named values. */
export type Arguments =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: Operand }
  | { readonly kind: 'named'; readonly values: readonly (readonly [name: string, value: Operand])[] };

/** One segment of the resource path. `args` is null without parentheses. */
export interface Segment {
  readonly name: string;
  readonly args: Arguments | null;
}
