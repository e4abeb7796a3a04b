/** The record identification rule of a workstream: its text becomes searches of known columns and operators. Pure.
 *  Source: behaviour.md §3.2; rules.md §9; published sample of enable-fields-identify-customers. */
import { readXml, type XmlElement, XmlError } from '../routing/index.ts';
import { type Column, type Table, tables } from '../tables/index.ts';

/** What may be asked of a column. */
export type Operator = keyof typeof operators;

/** One condition. `variable`: the value is what the conversation says, absent when it says nothing. */
export interface Comparison {
  readonly column: string;
  readonly kind: 'text' | 'number' | 'id';
  readonly operator: Operator;
  readonly values: readonly string[];
  readonly variable: Variable | null;
}

/** A value that the conversation tells: of a column of its phone call's engagement context, or a variable by name. */
export interface Variable {
  readonly source: 'context' | 'variable';
  readonly name: string;
}

/** Conditions that must all hold, or of which one must. */
export interface Group {
  readonly all: boolean;
  readonly parts: readonly Condition[];
}

export type Condition = Comparison | Group;

/** One search. Its rows must be active besides, and two hits are enough (`top="2"`). */
export interface Search {
  readonly table: 'account' | 'contact' | 'incident';
  readonly preferred: boolean;
  readonly condition: Group;
}

/** The searches of a rule, and what was not understood. A search with such a part is left out whole: asked without it, it
 *  would find others. */
export interface IdentificationRule {
  readonly searches: readonly Search[];
  readonly faults: readonly string[];
}

const fromPhone: Variable = { source: 'context', name: 'msdyn_fromphone' };

const byPhone = (table: 'account' | 'contact', column: string, preferred: boolean): Search => ({
  table,
  preferred,
  condition: {
    all: true,
    parts: [
      { column: 'statuscode', kind: 'number', operator: 'eq', values: ['1'], variable: null },
      { column, kind: 'text', operator: 'eq', values: [], variable: fromPhone },
    ],
  },
});

/** What is asked when the workstream has no rule: the default fields. */
export const defaultSearches: readonly Search[] = [
  byPhone('contact', 'mobilephone', true),
  byPhone('account', 'telephone1', false),
];

/** Operators by how many values they take. */
const operators = {
  eq: 1,
  ne: 1,
  like: 1,
  'begins-with': 1,
  'ends-with': 1,
  in: 'several',
  null: 0,
  'not-null': 0,
} as const;

const isOperator = (name: string): name is Operator => Object.hasOwn(operators, name);

const contextRelation = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';

/** Not understood: said in words, by whoever looks at the part. */
class Fault extends Error {}

/** Reads the text of a rule. Never throws. */
export function readIdentificationRule(text: string): IdentificationRule {
  let root: XmlElement;
  try {
    root = readXml(text);
  } catch (error) {
    if (error instanceof XmlError) return { searches: [], faults: [error.message] };
    throw error;
  }
  if (root.name !== 'RecordIdentificationRuleSet')
    return { searches: [], faults: [`the root is <RecordIdentificationRuleSet>, not <${root.name}>`] };
  const searches: Search[] = [];
  const faults: string[] = [];
  for (const rule of root.children) {
    try {
      searches.push(readSearch(rule));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error.message);
    }
  }
  if (root.children.length === 0) faults.push('it has no <RecordIdentificationRule>');
  if (searches.filter(({ preferred }) => preferred).length > 1)
    faults.push('isPreferred is true in at most one <RecordIdentificationRule>');
  return { searches, faults };
}

function readSearch(rule: XmlElement): Search {
  if (rule.name !== 'RecordIdentificationRule')
    throw new Fault(`<${rule.name}> is not known here: use <RecordIdentificationRule>`);
  const entity = childOf(childOf(rule, 'fetch'), 'entity');
  const name = entity.attributes.name ?? '';
  const table = tables.get(name);
  if ((name !== 'account' && name !== 'contact' && name !== 'incident') || table === undefined)
    throw new Fault(`entity '${name}' cannot be identified: use account, contact or incident`);
  const parts: Condition[] = [];
  for (const child of entity.children)
    if (child.name === 'filter') parts.push(readGroup(child, table));
    else if (child.name !== 'attribute' && child.name !== 'order' && child.name !== 'all-attributes')
      throw new Fault(`<${child.name}> is not known in the fetch of ${name}`);
  if (parts.length === 0) throw new Fault(`the fetch of ${name} has no <filter>: it would find everybody`);
  const preferred = childOf(rule, 'ContextKey').attributes.isPreferred?.toLowerCase() === 'true';
  return { table: name, preferred, condition: { all: true, parts } };
}

function childOf(element: XmlElement, name: string): XmlElement {
  const found = element.children.find((child) => child.name === name);
  if (found === undefined) throw new Fault(`<${element.name}> has no <${name}>`);
  return found;
}

function readGroup(filter: XmlElement, table: Table): Group {
  const type = filter.attributes.type ?? 'and';
  if (type !== 'and' && type !== 'or') throw new Fault(`filter type '${type}' is not known: use and, or`);
  const parts = filter.children.map((child): Condition => {
    if (child.name === 'filter') return readGroup(child, table);
    if (child.name === 'condition') return readComparison(child, table);
    throw new Fault(`<${child.name}> is not known in a filter`);
  });
  return { all: type === 'and', parts };
}

function readComparison({ attributes, children }: XmlElement, table: Table): Comparison {
  const { attribute = '', operator = '', value, source } = attributes;
  const column = Object.hasOwn(table.columns, attribute) ? table.columns[attribute] : undefined;
  const kind = column && kindOf(column);
  if (column === undefined) throw new Fault(`table '${table.logicalName}' has no column '${attribute}'`);
  if (kind == null) throw new Fault(`column '${attribute}' is ${column.type} and cannot identify anybody`);
  if (!isOperator(operator))
    throw new Fault(`operator '${operator}' is not known: use ${Object.keys(operators).join(', ')}`);
  const listed = children.filter(({ name }) => name === 'value').map(({ text }) => text.trim());
  const values = value === undefined ? listed : [value];
  const takes = operators[operator];
  if (takes === 'several' ? values.length === 0 : values.length !== takes)
    throw new Fault(`operator '${operator}' of '${attribute}' takes ${takes} value(s)`);
  const variable = variableOf(values, source);
  if (variable !== null) return { column: attribute, kind, operator, values: [], variable };
  if (kind !== 'text' && operator !== 'eq' && operator !== 'ne' && operator !== 'in' && takes !== 0)
    throw new Fault(`operator '${operator}' is for text, and '${attribute}' is ${column.type}`);
  const bad = values.find((one) => !forms[kind].test(one));
  if (bad !== undefined) throw new Fault(`'${bad}' is no value of '${attribute}'`);
  return { column: attribute, kind, operator, values, variable };
}

/** What a value of each kind looks like. */
export const forms = {
  text: /^/,
  number: /^-?\d{1,9}$/,
  id: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
} as const;

function kindOf({ type, companion, targets }: Column): Comparison['kind'] | null {
  if (companion) return null;
  if (type === 'String' || type === 'Memo') return 'text';
  if (['Integer', 'Picklist', 'State', 'Status'].includes(type)) return 'number';
  if (type === 'Uniqueidentifier' || (type === 'Lookup' && targets?.length === 1)) return 'id';
  return type === 'Customer' || type === 'Owner' ? 'id' : null;
}

/** `${name}` is what the conversation says. Refuses a placeholder inside of other text. */
function variableOf(values: readonly string[], source: string | undefined): Variable | null {
  const found = values.map((value) => /\$\{([^}]*)\}/.exec(value)).find((match) => match !== null);
  if (!found) return null;
  const name = found[1] ?? '';
  if (values.length > 1 || found[0] !== values[0])
    throw new Fault(`'${values.join(', ')}': a placeholder stands alone, as in \${msdyn_fromphone}`);
  return { source: source === contextRelation ? 'context' : 'variable', name };
}
