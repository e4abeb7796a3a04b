import { Refusal, type Table } from '../../tables/index.ts';
import type { ComparisonOperator, Expression, Literal, Operand } from '../parse/ast.ts';
import type { Asker } from './asker.ts';
import { compareFields, compareLiteral } from './compare.ts';
import { type Condition, type Field, type Join, negated, never, type Scope } from './condition.ts';
import { type Entity, entityOf, isPolymorphic, type Navigation } from './entity.ts';
import { toPattern } from './pattern.ts';
import { planQueryFunction } from './query-functions.ts';

/** The most tables one query may join. Source: webapi.md §4. */
const linkLimit = 15;

/** What planning one statement needs to know and to count: the parameter aliases, the caller, the table aliases given
 *  out so far. */
export class Planning {
  readonly aliases: ReadonlyMap<string, Operand>;
  readonly asker: Asker;
  private aliasCount = 0;
  private links = 0;
  private expanding = false;

  constructor(aliases: ReadonlyMap<string, Operand>, asker: Asker) {
    this.aliases = aliases;
    this.asker = asker;
  }

  /** A new scope over those rows of the table that the caller may read. Refuses privilegeMissing. */
  scope(entity: Entity): Scope {
    const { access } = this.asker;
    const rule = access.rule(entity.table, 'read');
    return { alias: this.alias(), entity, rule, access, joins: [] };
  }

  /** A table alias nobody else has. */
  alias(): string {
    this.aliasCount += 1;
    return `t${this.aliasCount - 1}`;
  }

  /** Counts one more joined table. Refuses tooManyLinks. */
  link(): void {
    this.links += 1;
    if (this.links > linkLimit) throw new Refusal('tooManyLinks');
  }

  /** Plans what is inside $expand, where aliases are not allowed. */
  expand<R>(plan: () => R): R {
    const before = this.expanding;
    this.expanding = true;
    const planned = plan();
    this.expanding = before;
    return planned;
  }

  /** The operand behind an alias; an alias without a value is null. Refuses malformedQuery inside $expand.
   *  Source: webapi.md §8. */
  resolve(operand: Operand): Operand {
    if (operand.kind !== 'alias') return operand;
    if (this.expanding)
      throw new Refusal('malformedQuery', `The alias '@${operand.name}' cannot be used in $expand.`);
    const value = this.aliases.get(operand.name);
    if (value?.kind === 'alias')
      throw new Refusal('malformedQuery', `The alias '@${operand.name}' stands for another alias.`);
    return value ?? { kind: 'literal', literal: { type: 'null' } };
  }
}

/** Plans a filter over the rows of `scope`; `variables` are the rows of the lambdas around it.
 *  Refuses propertyNotFound, malformedQuery, tooManyLinks, notImplemented. Source: webapi.md §8. */
export function planFilter(
  expression: Expression,
  scope: Scope,
  planning: Planning,
  variables: ReadonlyMap<string, Scope> = new Map(),
): Condition {
  return new FilterPlanner(scope, planning, variables).plan(expression);
}

/** The field that a path leads to, joining the tables on the way. Refuses propertyNotFound, tooManyLinks. */
export function planPath(path: readonly string[], scope: Scope, planning: Planning): Field {
  let { alias, entity } = scope;
  for (const [index, name] of path.slice(0, -1).entries()) {
    const navigation = entity.navigations.get(name);
    if (!navigation) throw new Refusal('propertyNotFound', name, entity.table.logicalName);
    // The base type of users and teams has one property, and that is the lookup's own value.
    if (navigation.targets.length > 1) {
      const property = entity.properties.get(`_${navigation.column}_value`);
      const next = path[index + 1] ?? '';
      if (next === 'ownerid' && index === path.length - 2 && property) return { alias, property };
      throw new Refusal('propertyNotFound', next, 'principal');
    }
    const join = joinOf(navigation, alias, entity.table, scope, planning);
    alias = join.alias;
    entity = entityOf(join.table);
  }
  const name = path.at(-1) ?? '';
  const property = entity.properties.get(name);
  if (!property) throw new Refusal('propertyNotFound', name, entity.table.logicalName);
  return { alias, property };
}

function joinOf(navigation: Navigation, from: string, table: Table, scope: Scope, planning: Planning): Join {
  const [target] = navigation.targets;
  if (!target) throw new Error(`${navigation.name} leads nowhere`);
  planning.link();
  return joinTo(target, navigation.column, from, table, scope, planning);
}

/** Joins the row of `target` that the lookup points to; once for each lookup. */
export function joinTo(
  target: Table,
  column: string,
  from: string,
  table: Table,
  scope: Scope,
  planning: Planning,
): Join {
  const known = scope.joins.find(
    (join) => join.from === from && join.column === column && join.table === target,
  );
  if (known) return known;
  const definition = table.columns[column];
  const polymorphic = definition !== undefined && isPolymorphic(definition);
  const rule = planning.asker.access.rule(target, 'read');
  const join: Join = { alias: planning.alias(), table: target, rule, from, column, polymorphic };
  scope.joins.push(join);
  return join;
}

const flipped: { readonly [O in ComparisonOperator]: ComparisonOperator } = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

class FilterPlanner {
  private readonly scope: Scope;
  private readonly planning: Planning;
  private readonly variables: ReadonlyMap<string, Scope>;

  constructor(scope: Scope, planning: Planning, variables: ReadonlyMap<string, Scope>) {
    this.scope = scope;
    this.planning = planning;
    this.variables = variables;
  }

  plan(expression: Expression): Condition {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return { kind: expression.kind, operands: expression.operands.map((operand) => this.plan(operand)) };
      case 'not':
        if (expression.operand.kind === 'query')
          throw new Refusal(
            'malformedQuery',
            'Not operator along with the Custom Named Condition operators is not allowed',
          );
        return negated(this.plan(expression.operand));
      case 'compare':
        return this.compare(expression.left, expression.operator, expression.right);
      case 'text':
        return this.text(expression.name, expression.subject, expression.value);
      case 'lambda':
        return this.lambda(expression);
      case 'query':
        return planQueryFunction(
          expression.name,
          expression.args.map(([name, value]) => [name, this.planning.resolve(value)]),
          this.scope,
          this.planning,
        );
      case 'truth':
        return this.truth(expression.operand);
    }
  }

  private operand(operand: Operand): Field | Literal {
    const resolved = this.planning.resolve(operand);
    if (resolved.kind === 'literal') return resolved.literal;
    if (resolved.kind === 'alias') return { type: 'null' };
    const [first = '', ...rest] = resolved.path;
    const variable = this.variables.get(first);
    if (!variable) return planPath(resolved.path, this.scope, this.planning);
    if (rest.length === 0) throw new Refusal('malformedQuery', `'${first}' is a row, not a value.`);
    return planPath(rest, variable, this.planning);
  }

  private compare(left: Operand, operator: ComparisonOperator, right: Operand): Condition {
    const [a, b] = [this.operand(left), this.operand(right)];
    if ('alias' in a) return 'alias' in b ? compareFields(a, operator, b) : compareLiteral(a, operator, b);
    if ('alias' in b) return compareLiteral(b, flipped[operator], a);
    throw new Refusal('malformedQuery', 'A comparison needs a property on at least one side.');
  }

  private text(name: 'contains' | 'startswith' | 'endswith', subject: Operand, value: Operand): Condition {
    const field = this.operand(subject);
    const text = this.operand(value);
    if (!('alias' in field) || field.property.kind !== 'text' || 'alias' in text || text.type !== 'string')
      throw new Refusal('malformedQuery', `The function '${name}' takes a text property and a text.`);
    const pattern = toPattern(name, text.value);
    return pattern === null ? never(field) : { ...pattern, field };
  }

  private truth(operand: Operand): Condition {
    const field = this.operand(operand);
    if (!('alias' in field) || field.property.kind !== 'boolean')
      throw new Refusal('malformedQuery', 'The $filter expression must evaluate to a single boolean value.');
    return compareLiteral(field, 'eq', { type: 'boolean', value: true });
  }

  private lambda(expression: Expression & { kind: 'lambda' }): Condition {
    const [first = '', ...rest] = expression.path;
    const variable = this.variables.get(first);
    const parent = variable ?? this.scope;
    const path = variable ? rest : expression.path;
    const [name = '', ...more] = path;
    if (more.length > 0)
      throw new Refusal('malformedQuery', `'${expression.operator}' is not allowed under a lookup path.`);
    const collection = parent.entity.collections.get(name);
    if (!collection) throw new Refusal('propertyNotFound', name, parent.entity.table.logicalName);
    this.planning.link();
    const scope = this.planning.scope(entityOf(collection.table));
    const variables = new Map(this.variables).set(expression.variable ?? '', scope);
    const condition = expression.condition
      ? new FilterPlanner(this.scope, this.planning, variables).plan(expression.condition)
      : null;
    const all = expression.operator === 'all';
    return { kind: 'exists', scope, collection, parent, condition, all };
  }
}
