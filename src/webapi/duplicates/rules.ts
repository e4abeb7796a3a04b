/** Rules of duplicate detection as they are used: rows of duplicaterule and duplicaterulecondition, read and checked. */
import type { Reader } from '../../store/index.ts';
import { type Column, type Row, type Table, tables } from '../../tables/index.ts';
import { duplicaterule, duplicaterulecondition, organization } from '../../tables/platform/index.ts';

/** duplicaterule.statuscode of the rules that count. Source: published table reference, DuplicateRule. */
export const published = 2;

/** duplicaterulecondition.operatorcode by what it compares. */
const operators = ['exact', 'first', 'last', 'date', 'instant', 'label', 'value'] as const;
export type Operator = (typeof operators)[number];

/** What can be compared with each other. */
type Family = 'text' | 'number' | 'date' | 'choice' | 'yes/no' | 'id';

/** One comparison of a rule. `length`: how many characters, for `first` and `last`. `ignoresBlank`: two empty values are
 *  no match. */
export interface Comparison {
  readonly base: string;
  readonly matching: string;
  readonly operator: Operator;
  readonly length: number;
  readonly family: Family;
  readonly ignoresBlank: boolean;
}

/** A rule: rows of `matching` for which all comparisons hold repeat the row of `base`. */
export interface DuplicateRule {
  readonly base: Table;
  readonly matching: Table;
  readonly caseSensitive: boolean;
  readonly excludesInactive: boolean;
  readonly comparisons: readonly Comparison[];
}

type RuleRow = Row<typeof duplicaterule>;
type ConditionRow = Row<typeof duplicaterulecondition>;

/** The published rules for rows of a table, without those that cannot be used; none where the organization has switched
 *  detection off. `reader` reads past the caller's rights: rules are for the whole organization. */
export async function publishedRules(
  reader: Pick<Reader, 'rows'>,
  base: Table,
  matching?: Table,
): Promise<readonly DuplicateRule[]> {
  const rows = await reader.rows(duplicaterule, {
    baseentityname: base.logicalName,
    statuscode: published,
    ...(matching ? { matchingentityname: matching.logicalName } : {}),
  });
  if (rows.length === 0) return [];
  const [settings] = await reader.rows(organization, {}, { top: 1 });
  if (settings?.isduplicatedetectionenabled === false) return [];
  const conditions = await reader.rows(duplicaterulecondition, {
    regardingobjectid: rows.flatMap(({ duplicateruleid: id }) => (id ? [id] : [])),
  });
  return rows.flatMap((row) => {
    const own = conditions.filter(({ regardingobjectid: id }) => id === row.duplicateruleid);
    const rule = readRule(row, own);
    return typeof rule === 'string' ? [] : [rule];
  });
}

/** The rule that rows stand for, or what is wrong with it in words. Source: published documentation, duplicate rule
 *  tables: operators, OperatorParam, IgnoreBlankValues. */
export function readRule(row: RuleRow, conditions: readonly ConditionRow[]): DuplicateRule | string {
  const base = tables.get(row.baseentityname ?? '');
  const matching = tables.get(row.matchingentityname ?? '');
  if (!base || !matching) return 'It names a table that is not there.';
  if (conditions.length === 0) return 'It has no conditions.';
  const comparisons: Comparison[] = [];
  for (const condition of conditions) {
    const comparison = readCondition(base, matching, condition, conditions.length === 1);
    if (typeof comparison === 'string') return comparison;
    comparisons.push(comparison);
  }
  return {
    base,
    matching,
    caseSensitive: row.iscasesensitive === true,
    excludesInactive: row.excludeinactiverecords === true,
    comparisons,
  };
}

function readCondition(
  base: Table,
  matching: Table,
  row: ConditionRow,
  isOnly: boolean,
): Comparison | string {
  const [own, other] = [row.baseattributename ?? '', row.matchingattributename ?? ''];
  const families = [familyOf(base, own), familyOf(matching, other)] as const;
  const [family] = families;
  if (family === null) return `The column '${own}' of '${base.logicalName}' cannot be compared.`;
  if (family !== families[1])
    return `The column '${other}' of '${matching.logicalName}' cannot be compared with '${own}' of '${base.logicalName}'.`;
  const operator = operatorOf(row.operatorcode);
  const wrong = wrongOperator(operator, family, row.operatorparam);
  if (operator === undefined || wrong !== null) return wrong ?? 'It has no operator.';
  return {
    base: own,
    matching: other,
    operator,
    length: row.operatorparam ?? 0,
    family,
    // A rule of one condition would make every row without a value a duplicate of every other.
    ignoresBlank: isOnly || row.ignoreblankvalues === true,
  };
}

/** What is wrong with an operator and its parameter, by themselves and for a kind of values; null when nothing is. */
export function wrongOperator(
  operator: Operator | undefined,
  family: Family | null,
  length: number | null | undefined,
): string | null {
  const counts = operator === 'first' || operator === 'last';
  if (counts && !length) return 'The operator takes a number of characters: operatorparam.';
  if (!counts && (length ?? null) !== null) return 'The operator takes no operatorparam.';
  if (family === null || operator === undefined || operator === 'exact') return null;
  const takes: Family = counts ? 'text' : operator === 'label' || operator === 'value' ? 'choice' : 'date';
  return family === takes ? null : `The operator compares columns of the kind ${takes}, not ${family}.`;
}

/** The operator behind its number. */
export const operatorOf = (code: unknown): Operator | undefined => operators[Number(code ?? -1)];

const families: { readonly [K in Column['type']]?: Family } = {
  ...{ String: 'text', Memo: 'text', EntityName: 'text' },
  ...{ Integer: 'number', BigInt: 'number', Decimal: 'number', Double: 'number', Money: 'number' },
  ...{ DateTime: 'date', Boolean: 'yes/no' },
  ...{ Picklist: 'choice', State: 'choice', Status: 'choice' },
  ...{ Lookup: 'id', Customer: 'id', Owner: 'id', Uniqueidentifier: 'id' },
};

function familyOf(table: Table, name: string): Family | null {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  return (!column || column.companion || column.noRead ? undefined : families[column.type]) ?? null;
}
