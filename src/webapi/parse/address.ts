import { Refusal } from '../../tables/index.ts';
import type { Arguments, Operand, Segment } from './ast.ts';
import { parseOperand } from './filter.ts';
import { decode } from './options.ts';
import { Scanner } from './scanner.ts';

/** The most segments a path may have. */
const segmentLimit = 12;
const segmentName = /\$?[A-Za-z_][\w.]*/y;
const argumentName = /[A-Za-z_]\w*(?=\s*=)/y;

/** Reads a resource path, still percent-encoded, without its leading slash. A slash inside quotes is text.
 *  Refuses segmentNotFound, malformedQuery. Source: webapi.md §1. */
export function parsePath(encoded: string): Segment[] {
  const scanner = new Scanner(decode(encoded, false));
  const segments: Segment[] = [];
  if (scanner.atEnd()) return segments;
  do {
    const name = scanner.match(segmentName);
    if (name === null) throw new Refusal('segmentNotFound', scanner.text.slice(scanner.position));
    segments.push({ name, args: scanner.take('(') ? parseArguments(scanner) : null });
    if (segments.length > segmentLimit)
      throw new Refusal('malformedQuery', `A path may have at most ${segmentLimit} segments.`);
  } while (scanner.take('/') && !scanner.atEnd());
  if (!scanner.atEnd()) throw new Refusal('segmentNotFound', scanner.text.slice(scanner.position));
  return segments;
}

function parseArguments(scanner: Scanner): Arguments {
  if (scanner.take(')')) return { kind: 'none' };
  const values: [string, Operand][] = [];
  do {
    const name = scanner.match(argumentName);
    if (name === null && values.length === 0) {
      const value = parseOperand(scanner);
      scanner.expect(')');
      return { kind: 'value', value };
    }
    if (name === null) scanner.fail();
    scanner.expect('=');
    values.push([name, parseOperand(scanner)]);
  } while (scanner.take(','));
  scanner.expect(')');
  return { kind: 'named', values };
}
