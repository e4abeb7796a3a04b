import type { ExpandItem, Expression, Literal, Operand, OrderItem, Transformation } from './ast.ts';

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A literal as the URL grammar writes it. */
function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(literal.value);
    case 'number':
    case 'date':
    case 'dateTime':
      return literal.text;
    case 'string':
      return quoted(literal.value);
    case 'guid':
      return literal.value;
    case 'enum':
      return literal.name + quoted(literal.value);
    case 'list':
      return `[${literal.items.map(printLiteral).join(',')}]`;
    case 'object':
      return `{${literal.members.map(([name, value]) => `${quoted(name)}:${printLiteral(value)}`).join(',')}}`;
  }
}

/** An operand as the URL grammar writes it. */
function printOperand(operand: Operand): string {
  if (operand.kind === 'literal') return printLiteral(operand.literal);
  return operand.kind === 'alias' ? `@${operand.name}` : operand.path.join('/');
}

/** A filter as the URL grammar writes it; read again it gives the same tree. */
export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.map(printGrouped).join(` ${expression.kind} `);
    case 'not':
      return `not ${printGrouped(expression.operand)}`;
    case 'compare':
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`;
    case 'text':
      return `${expression.name}(${printOperand(expression.subject)},${printOperand(expression.value)})`;
    case 'lambda': {
      const inner = expression.condition ? `${expression.variable}:${printFilter(expression.condition)}` : '';
      return `${expression.path.join('/')}/${expression.operator}(${inner})`;
    }
    case 'query':
      return `Microsoft.Dynamics.CRM.${expression.name}(${expression.args
        .map(([name, value]) => `${name}=${printOperand(value)}`)
        .join(',')})`;
    case 'truth':
      return printOperand(expression.operand);
  }
}

function printGrouped(expression: Expression): string {
  const text = printFilter(expression);
  return expression.kind === 'and' || expression.kind === 'or' || expression.kind === 'not'
    ? `(${text})`
    : text;
}

/** An $orderby as the URL grammar writes it. */
function printOrderBy(items: readonly OrderItem[]): string {
  return items.map((item) => printOperand(item.operand) + (item.descending ? ' desc' : '')).join(',');
}

/** The options of one expanded property, in the order select, filter, orderby, top, expand. */
export function expandOptions(item: ExpandItem): [name: string, value: string][] {
  const options: [string, string][] = [];
  if (item.select) options.push(['$select', item.select.join(',')]);
  if (item.filter) options.push(['$filter', printFilter(item.filter)]);
  if (item.orderBy.length > 0) options.push(['$orderby', printOrderBy(item.orderBy)]);
  if (item.top !== null) options.push(['$top', String(item.top)]);
  if (item.expand.length > 0) options.push(['$expand', printExpand(item.expand)]);
  return options;
}

/** An $expand as the URL grammar writes it. */
export function printExpand(items: readonly ExpandItem[]): string {
  return items
    .map((item) => {
      const name = item.reference ? `${item.name}/$ref` : item.name;
      const options = expandOptions(item).map(([option, value]) => `${option}=${value}`);
      return options.length > 0 ? `${name}(${options.join(';')})` : name;
    })
    .join(',');
}

/** An $apply as the URL grammar writes it. */
export function printApply(steps: readonly Transformation[]): string {
  return steps.map(printTransformation).join('/');
}

function printTransformation(step: Transformation): string {
  if (step.kind === 'filter') return `filter(${printFilter(step.condition)})`;
  const aggregates = step.aggregates
    .map(({ path, method, alias }) =>
      path ? `${path.join('/')} with ${method} as ${alias}` : `$count as ${alias}`,
    )
    .join(',');
  if (step.kind === 'aggregate') return `aggregate(${aggregates})`;
  const paths = `(${step.paths.map((path) => path.join('/')).join(',')})`;
  return aggregates ? `groupby(${paths},aggregate(${aggregates}))` : `groupby(${paths})`;
}
