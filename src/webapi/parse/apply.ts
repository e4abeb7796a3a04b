import type { Aggregate, Transformation } from './ast.ts';
import { parseFilterWithin } from './filter.ts';
import type { Scanner } from './scanner.ts';

const keyword = /(?:filter|groupby|aggregate)(?=\s?\()/y;
const path = /[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*/y;
const name = /[A-Za-z_]\w*/y;
const count = /\$count(?!\w)/y;
const withWord = /with(?!\w)/y;
const asWord = /as(?!\w)/y;

/** Reads an $apply: steps joined by slashes. Refuses malformedQuery. Source: webapi.md §8, $apply. */
export function parseApply(scanner: Scanner): Transformation[] {
  const steps = [];
  do steps.push(parseStep(scanner));
  while (scanner.take('/'));
  return steps;
}

function parseStep(scanner: Scanner): Transformation {
  const kind = scanner.match(keyword) ?? scanner.fail();
  scanner.expect('(');
  const step = readStep(scanner, kind);
  scanner.expect(')');
  return step;
}

function readStep(scanner: Scanner, kind: string): Transformation {
  if (kind === 'filter') return { kind, condition: parseFilterWithin(scanner) };
  if (kind === 'aggregate') return { kind, aggregates: parseAggregates(scanner) };
  scanner.expect('(');
  const paths: string[][] = [];
  do paths.push((scanner.match(path) ?? scanner.fail()).split('/'));
  while (scanner.take(','));
  scanner.expect(')');
  if (!scanner.take(',')) return { kind: 'groupby', paths, aggregates: [] };
  if (scanner.match(keyword) !== 'aggregate') scanner.fail();
  scanner.expect('(');
  const aggregates = parseAggregates(scanner);
  scanner.expect(')');
  return { kind: 'groupby', paths, aggregates };
}

function parseAggregates(scanner: Scanner): Aggregate[] {
  const aggregates: Aggregate[] = [];
  do {
    const counted = scanner.match(count) !== null;
    const on = counted ? null : (scanner.match(path) ?? scanner.fail()).split('/');
    if (!counted && scanner.match(withWord) === null) scanner.fail();
    const method = counted ? null : (scanner.match(name) ?? scanner.fail());
    if (scanner.match(asWord) === null) scanner.fail();
    aggregates.push({ path: on, method, alias: scanner.match(name) ?? scanner.fail() });
  } while (scanner.take(','));
  return aggregates;
}
