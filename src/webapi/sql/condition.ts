import type { ComparisonOperator } from '../parse/ast.ts';
import type { Condition, Field, Join, Link, Scope } from '../plan/condition.ts';
import type { Collection } from '../plan/entity.ts';
import { idSetText } from './id-set.ts';
import { fiscalPeriodText, momentText } from './moment.ts';
import { sourceText } from './source.ts';
import { column, discriminator, literal, quote, tableName, type Values } from './text.ts';

const operators: { readonly [O in ComparisonOperator]: string } = {
  eq: '=',
  ne: '<>',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
};

/** A field as it is compared: text without case, a multi-select list as its text. */
export function comparable({ alias, property }: Field): string {
  const value = column(alias, property.column);
  if (property.kind === 'text') return `lower(${value})`;
  return property.kind === 'choices' ? `array_to_string(${value}, ',')` : value;
}

/** The FROM of a scope with everything its paths lead to. Left joins: a row without the lookup stays. */
export function fromScope(scope: Scope, values: Values): string {
  const own = sourceText(scope.entity.table, scope.alias, scope.rule, values);
  return [own, ...scope.joins.map((join) => joinText(join, values))].join(' ');
}

/** The FROM of a scope with the rows linked to it. */
export function fromLinks(scope: Scope, links: readonly Link[], values: Values): string {
  return [fromScope(scope, values), ...links.map((link) => joinedText(link, values))].join(' ');
}

function joinedText({ kind, scope, on, links }: Link, values: Values): string {
  const { alias, entity } = scope;
  const condition = conditionText(on, values);
  if (kind === 'first') {
    const own = sourceText(entity.table, alias, scope.rule, values);
    const one = `(select ${alias}.* from ${own} where ${condition} order by ${column(alias, entity.table.primaryId)} limit 1) ${alias}`;
    return [`cross join lateral ${one}`, ...scope.joins.map((join) => joinText(join, values))].join(' ');
  }
  const rows = fromLinks(scope, links, values);
  const group = scope.joins.length > 0 || links.length > 0 ? `(${rows})` : rows;
  return `${kind === 'outer' ? 'left' : 'inner'} join ${group} on ${condition}`;
}

function joinText(join: Join, values: Values): string {
  const on = `${column(join.alias, join.table.primaryId)} = ${column(join.from, join.column)}`;
  const which = join.polymorphic
    ? ` and ${discriminator(join.from, join.column)} = ${literal(join.table.logicalName)}`
    : '';
  return `left join ${sourceText(join.table, join.alias, join.rule, values)} on ${on}${which}`;
}

/** The condition that the row `alias` belongs to the collection of the row with this id. */
export function linkText(collection: Collection, alias: string, holder: string, id: string): string {
  if (collection.kind === 'manyToMany') {
    const { intersect, near, far, table } = collection;
    return `${column(alias, table.primaryId)} in (select x.${quote(far)} from ${tableName(intersect)} x where x.${quote(near)} = ${id})`;
  }
  const own = `${column(alias, collection.column)} = ${id}`;
  const targets = collection.table.columns[collection.column]?.targets;
  return targets?.length === 1
    ? own
    : `${own} and ${discriminator(alias, collection.column)} = ${literal(holder)}`;
}

/** A condition as SQL. */
export function conditionText(condition: Condition, values: Values): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${condition.operands.map((operand) => conditionText(operand, values)).join(` ${condition.kind} `)})`;
    case 'not':
      return `not ${conditionText(condition.operand, values)}`;
    case 'isNull':
      return `(${column(condition.field.alias, condition.field.property.column)} is null)`;
    case 'fields': {
      const [left, right] = [condition.left, condition.right].map(bySecond);
      return `(${left} ${operators[condition.operator]} ${right})`;
    }
    case 'never': {
      const { alias, property } = condition.field;
      return `(${column(alias, property.column)} is null and null)`;
    }
    case 'exists':
      return existsText(condition, values);
    case 'linked': {
      const { scope, on, links } = condition.link;
      return `(exists (select 1 from ${fromLinks(scope, links, values)} where ${conditionText(on, values)}))`;
    }
    default:
      return `(${valueText(condition, values)})`;
  }
}

function bySecond(field: Field): string {
  return field.property.kind === 'dateTime'
    ? `date_trunc('second', ${comparable(field)})`
    : comparable(field);
}

type ValueKind = 'compare' | 'like' | 'matches' | 'oneOf' | 'holds' | 'moment' | 'fiscalPeriod' | 'within';
type ValueCondition = Condition & { kind: ValueKind };

function valueText(condition: ValueCondition, values: Values): string {
  const { field } = condition;
  const left = comparable(field);
  const isText = field.property.kind === 'text';
  switch (condition.kind) {
    case 'compare': {
      const right = values.parameter(condition.value);
      return `${left} ${operators[condition.operator]} ${isText ? `lower(${right})` : right}`;
    }
    case 'like':
      return `${left} like lower(${values.add('text', condition.pattern)})`;
    case 'matches':
      return `${left} ~ ${values.add('text', condition.expression)}`;
    case 'oneOf': {
      const list = values.add(`${condition.type}[]`, condition.values);
      return `${left} = any (${isText ? `array(select lower(x) from unnest(${list}) x)` : list})`;
    }
    case 'holds':
      return `${column(field.alias, field.property.column)} && ${values.add('int4[]', condition.values)}`;
    case 'moment':
      return `${left} ${operators[condition.operator]} ${momentText(condition.moment, field.property, values)}`;
    case 'fiscalPeriod':
      return `${fiscalPeriodText(left, field.property, condition.settings, values)} = ${values.parameter(condition.period)}`;
    case 'within':
      return `${left} in (${idSetText(condition.ids, values)})`;
  }
}

function existsText(condition: Condition & { kind: 'exists' }, values: Values): string {
  const { scope, collection, parent, all } = condition;
  const link = linkText(
    collection,
    scope.alias,
    parent.entity.table.logicalName,
    column(parent.alias, parent.entity.table.primaryId),
  );
  const inner = condition.condition ? conditionText(condition.condition, values) : null;
  const wanted = inner === null ? '' : all ? ` and (${inner}) is not true` : ` and ${inner}`;
  return `(${all ? 'not ' : ''}exists (select 1 from ${fromScope(scope, values)} where ${link}${wanted}))`;
}
