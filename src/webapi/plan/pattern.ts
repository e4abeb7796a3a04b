import { Refusal } from '../../tables/index.ts';

/** How the value of contains, startswith or endswith is to be looked for: a LIKE pattern, or a regular expression where
 *  sets in brackets need one; null when nothing can ever match. Source: webapi.md §8, wildcards. */
export type Pattern =
  | { readonly kind: 'like'; readonly pattern: string }
  | { readonly kind: 'matches'; readonly expression: string }
  | null;

/** One piece of a pattern: a literal character, any run, one character, or one of a set of ranges. */
type Piece =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'run' | 'any' }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** PostgreSQL compiles an expression at each use; a longer one costs more than a search is worth. */
const expressionLimit = 200;

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** Reads the wildcards `%`, `_`, `[abc]`, `[a-f]`, `[^x]` of a value and puts runs where the function allows more text;
 *  `like`, an operator of FetchXML, allows none but its own.
 *  Case is left to the database for LIKE; an expression is in lower case.
 *  Refuses malformedQuery for a value with sets that is too long. */
export function toPattern(name: 'contains' | 'startswith' | 'endswith' | 'like', value: string): Pattern {
  const run: readonly Piece[] = [{ kind: 'run' }];
  const around = (inner: readonly Piece[]): Piece[] => [
    ...(name === 'contains' || name === 'endswith' ? run : []),
    ...inner,
    ...(name === 'contains' || name === 'startswith' ? run : []),
  ];
  const pieces = readPieces([...value]);
  if (pieces.every((piece) => piece.kind !== 'set'))
    return { kind: 'like', pattern: around(pieces).map(likePiece).join('') };
  if (pieces.length > expressionLimit)
    throw new Refusal(
      'malformedQuery',
      `A value with sets in brackets may have at most ${expressionLimit} characters.`,
    );
  const lower = readPieces([...value.toLowerCase()]);
  if (lower.some((piece) => piece.kind === 'set' && piece.ranges.length === 0 && !piece.negated)) return null;
  return { kind: 'matches', expression: `^${around(lower).map(regularPiece).join('')}$` };
}

function readPieces(characters: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const close = character === '[' ? characters.indexOf(']', index + 2) : -1;
    if (character === '%') {
      if (pieces.at(-1)?.kind !== 'run') pieces.push({ kind: 'run' });
    } else if (character === '_') pieces.push({ kind: 'any' });
    else if (close > 0) {
      pieces.push(readSet(characters.slice(index + 1, close)));
      index = close;
    } else pieces.push({ kind: 'character', text: character });
  }
  return pieces;
}

function readSet(inside: readonly string[]): Piece {
  const negated = inside.length > 1 && inside[0] === '^';
  const members = negated ? inside.slice(1) : inside;
  const [only] = members;
  if (members.length === 1 && !negated && only !== undefined) return { kind: 'character', text: only };
  const ranges: [string, string][] = [];
  for (let index = 0; index < members.length; index += 1) {
    const from = members[index] ?? '';
    const end = members[index + 1] === '-' ? members[index + 2] : undefined;
    if (end !== undefined) index += 2;
    if (from <= (end ?? from)) ranges.push([from, end ?? from]);
  }
  return { kind: 'set', negated, ranges };
}

function likePiece(piece: Piece): string {
  if (piece.kind === 'run') return '%';
  if (piece.kind === 'character') return /[%_\\]/.test(piece.text) ? `\\${piece.text}` : piece.text;
  return '_';
}

function regularPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'run':
      return '.*';
    case 'any':
      return '.';
    case 'character':
      return /^[a-z0-9 ]$/.test(piece.text) ? piece.text : escaped(piece.text);
    case 'set': {
      const ranges = piece.ranges.map(([from, to]) =>
        from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`,
      );
      return ranges.length === 0 ? '.' : `[${piece.negated ? '^' : ''}${ranges.join('')}]`;
    }
  }
}
