/** Statements by shape: the text is built once for each combination of columns, and becomes a prepared statement when it
 *  is used often. */
import { createHash } from 'node:crypto';
import { type Table, tablesVersion } from '../tables/index.ts';
import type { Statement } from './store.ts';

/** The text of a statement, and how often it was used. */
interface Shape {
  readonly text: string;
  name: string | null;
  uses: number;
}

/** node-postgres and the server keep a prepared statement for the life of a connection, so their number is bounded;
 *  a statement's first uses may be its last ones. Source: data-and-http.md §2. */
const usesBeforeName = 3;
const mostNames = 300;
const mostShapes = 5_000;
/** A statement for many tables is long, and a connection keeps some fifty times its length: 1 M characters of named
 *  text are about 50 MB a connection. */
const mostNamedText = 1_000_000;
const mostText = 8_000_000;

const shapes = new Map<string, Shape>();
let names = 0;
let namedText = 0;
let text = 0;
let version = 0;

const keys = new WeakMap<Table, string>();
const objects = new Map<string, number>();

/** The table as a part of a shape's key: a table that was extended is another object, and its statements are others. */
export function shapeKey(table: Table): string {
  const known = keys.get(table);
  if (known !== undefined) return known;
  const count = (objects.get(table.logicalName) ?? 0) + 1;
  objects.set(table.logicalName, count);
  const key = `${table.logicalName}#${count}`;
  keys.set(table, key);
  return key;
}

/** A name that says the text: the same text prepared before a table was extended is found again after it. */
const nameOf = (text: string): string =>
  `shape_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;

/** Makes room: the named ones stay, for connections keep those. */
function forgetUnnamed(): void {
  for (const [key, { name }] of shapes) if (name === null) shapes.delete(key);
  text = namedText;
}

/** The statement of this shape with these values. `build` gives the text when the shape is new. */
export function shaped(key: string, build: () => string, values: readonly unknown[]): Statement {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    shapes.clear();
    [names, namedText, text] = [0, 0, 0];
  }
  let shape = shapes.get(key);
  if (shape === undefined) {
    if (shapes.size >= mostShapes || text >= mostText) forgetUnnamed();
    shape = { text: build(), name: null, uses: 0 };
    text += shape.text.length;
    shapes.set(key, shape);
  }
  shape.uses += 1;
  const hasRoom = names < mostNames && namedText + shape.text.length <= mostNamedText;
  if (shape.name === null && shape.uses >= usesBeforeName && hasRoom) {
    shape.name = nameOf(shape.text);
    names += 1;
    namedText += shape.text.length;
  }
  return shape.name === null ? { text: shape.text, values } : { text: shape.text, values, name: shape.name };
}
