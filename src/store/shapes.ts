/** Statements by shape: the text is built once for each combination of columns, and becomes a prepared statement when it
 *  is used often. */
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

const shapes = new Map<string, Shape>();
let names = 0;

/** The statement of this shape with these values. `build` gives the text when the shape is new. */
export function shaped(key: string, build: () => string, values: readonly unknown[]): Statement {
  let shape = shapes.get(key);
  if (shape === undefined) {
    if (shapes.size >= mostShapes) shapes.clear();
    shape = { text: build(), name: null, uses: 0 };
    shapes.set(key, shape);
  }
  shape.uses += 1;
  if (shape.name === null && shape.uses >= usesBeforeName && names < mostNames)
    shape.name = `shape_${++names}`;
  return shape.name === null ? { text: shape.text, values } : { text: shape.text, values, name: shape.name };
}
