import { Refusal } from '../../tables/index.ts';
import type { ComparisonOperator, Expression, Operand } from './ast.ts';
import { parseAlias, parseLiteral } from './literal.ts';
import { Scanner } from './scanner.ts';

/** The most conditions one query may have. Source: webapi.md §8. */
const conditionLimit = 500;

const path = /[A-Za-z_]\w*(?:[./][A-Za-z_]\w*)*/y;
const variableName = /[A-Za-z_]\w*/y;
const or = /or(?!\w)/y;
const and = /and(?!\w)/y;
const not = /not(?!\w)/y;
const comparison = /(?:eq|ne|gt|ge|lt|le)(?!\w)/y;
const textFunction = /^(?:contains|startswith|endswith)$/;
const prefix = 'Microsoft.Dynamics.CRM.';

/** Reads a $filter. Binding, tightest first: not, and, or.
 *  Refuses malformedQuery (with the position), unterminatedLiteral, tooManyConditions. Source: webapi.md §8. */
export function parseFilter(text: string): Expression {
  const parser = new FilterParser(new Scanner(text));
  const expression = parser.any();
  if (!parser.scanner.atEnd()) parser.scanner.fail();
  return expression;
}

/** Reads a $filter that stands inside another construct and ends where that goes on. */
export function parseFilterWithin(scanner: Scanner): Expression {
  return new FilterParser(scanner).any();
}

/** Reads a property path, a literal or an alias. */
export function parseOperand(scanner: Scanner): Operand {
  const alias = parseAlias(scanner);
  if (alias) return alias;
  const literal = parseLiteral(scanner);
  if (literal) return { kind: 'literal', literal };
  const name = scanner.match(path);
  return name === null ? scanner.fail() : { kind: 'path', path: name.split('/') };
}

class FilterParser {
  readonly scanner: Scanner;
  private conditions = 0;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  any(): Expression {
    return this.list('or', or, () => this.list('and', and, () => this.unary()));
  }

  private list(kind: 'and' | 'or', keyword: RegExp, read: () => Expression): Expression {
    const first = read();
    if (this.scanner.match(keyword) === null) return first;
    const operands = [first];
    do operands.push(read());
    while (this.scanner.match(keyword) !== null);
    return { kind, operands };
  }

  private unary(): Expression {
    if (this.scanner.match(not) === null) return this.primary();
    return { kind: 'not', operand: this.scanner.nested(() => this.unary()) };
  }

  private primary(): Expression {
    if (!this.scanner.take('(')) return this.condition();
    const inner = this.scanner.nested(() => this.any());
    this.scanner.expect(')');
    return inner.kind === 'truth' ? this.comparison(inner.operand) : inner;
  }

  private condition(): Expression {
    this.conditions += 1;
    if (this.conditions > conditionLimit) throw new Refusal('tooManyConditions');
    const operand = parseOperand(this.scanner);
    if (operand.kind === 'path' && this.scanner.text.charAt(this.scanner.position) === '(')
      return this.call(operand.path);
    return this.comparison(operand);
  }

  private comparison(left: Operand): Expression {
    const operator = this.scanner.match(comparison);
    if (operator === null) return { kind: 'truth', operand: left };
    const parenthesised = this.scanner.take('(');
    const right = parseOperand(this.scanner);
    if (parenthesised) this.scanner.expect(')');
    return { kind: 'compare', operator: operator as ComparisonOperator, left, right };
  }

  private call(name: readonly string[]): Expression {
    this.scanner.expect('(');
    const last = name.at(-1) ?? '';
    if (name.length === 1 && last.startsWith(prefix)) return this.query(last.slice(prefix.length));
    if (name.length === 1 && textFunction.test(last)) return this.text(last as 'contains');
    if (name.length > 1 && (last === 'any' || last === 'all')) return this.lambda(name.slice(0, -1), last);
    throw new Refusal(
      'malformedQuery',
      `An unknown function with name '${name.join('/')}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`,
    );
  }

  private text(name: 'contains' | 'startswith' | 'endswith'): Expression {
    const subject = parseOperand(this.scanner);
    this.scanner.expect(',');
    const value = parseOperand(this.scanner);
    this.scanner.expect(')');
    return { kind: 'text', name, subject, value };
  }

  private lambda(on: readonly string[], operator: 'any' | 'all'): Expression {
    if (this.scanner.take(')')) {
      if (operator === 'all') this.scanner.fail();
      return { kind: 'lambda', path: on, operator, variable: null, condition: null };
    }
    const variable = this.scanner.match(variableName) ?? this.scanner.fail();
    this.scanner.expect(':');
    const condition = this.scanner.nested(() => this.any());
    this.scanner.expect(')');
    return { kind: 'lambda', path: on, operator, variable, condition };
  }

  private query(name: string): Expression {
    const args: [string, Operand][] = [];
    if (this.scanner.take(')')) return { kind: 'query', name, args };
    do {
      const parameter = this.scanner.match(variableName) ?? this.scanner.fail();
      this.scanner.expect('=');
      args.push([parameter, parseOperand(this.scanner)]);
    } while (this.scanner.take(','));
    this.scanner.expect(')');
    return { kind: 'query', name, args };
  }
}
