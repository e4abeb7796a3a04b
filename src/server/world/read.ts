/** Reads a world: a text file of rows, checked against the tables before anything is written.
 *
 *  rows:          table → list of rows; `ref` names a row, "@name" refers to it
 *  associations:  many-to-many relationship → list of pairs
 *  flows:         "@bot" → the file of its IVR flow
 *  testNumbers:   E.164 → echo, tone, ring or busy */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { manyToMany, type Table, tables } from '../../tables/index.ts';
import type { TestNumber } from '../../voice/index.ts';
import { codeOf } from '../errors.ts';
import { isWorldReference, parseValue, ValueProblem, type WorldValue } from './value.ts';
import { type Problem, WorldError } from './world-error.ts';

/** A row to be written. */
export interface WorldRow {
  readonly table: Table;
  readonly ref: string | null;
  readonly line: number;
  readonly values: ReadonlyMap<string, WorldValue>;
}

/** A world as read. Flows by the name of their bot. */
export interface World {
  readonly file: string;
  readonly rows: readonly WorldRow[];
  readonly associations: readonly { readonly schemaName: string; readonly ends: readonly [string, string] }[];
  readonly flows: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly testNumbers: ReadonlyMap<string, TestNumber>;
}

const testNumbers: readonly TestNumber[] = ['echo', 'tone', 'ring', 'busy'];
/** Written by the store, never by a world; the name of a person is made of its parts. */
const ownColumns =
  /^(createdon|createdby|modifiedon|modifiedby|versionnumber|owning(user|team|businessunit))$/;

/** Reads `world.yaml` of a folder. `outside`: names that its references may use beside its own, with their tables.
 *  Refuses: WorldError naming file, line, table and column of what is wrong. */
export function readWorld(folder: string, outside: ReadonlyMap<string, string> = new Map()): World {
  return new WorldReader(folder, outside).read();
}

class WorldReader {
  readonly #folder: string;
  readonly #file: string;
  readonly #problems: Problem[] = [];
  readonly #lines = new LineCounter();
  readonly #tableOfRef: Map<string, string>;

  constructor(folder: string, outside: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#file = join(basename(folder), 'world.yaml');
    this.#tableOfRef = new Map(outside);
  }

  read(): World {
    const document = parseDocument(this.#text('world.yaml'), { lineCounter: this.#lines });
    for (const error of document.errors) this.#problem(error.pos[0], error.message.split('\n')[0] ?? '');
    if (this.#problems.length > 0) throw new WorldError(this.#problems);
    const root = document.contents;
    const sections = isMap(root) ? root : null;
    if (sections === null && root !== null) this.#problem(0, 'a world is a map of rows, associations, flows');
    for (const [name, node] of entriesOf(sections)) {
      if (!['rows', 'associations', 'flows', 'testNumbers'].includes(name)) {
        this.#problem(
          node,
          `there is no section ${name}; there are rows, associations, flows and testNumbers`,
        );
      }
    }
    const section = (name: string): Node | null => entriesOf(sections).get(name) ?? null;
    const world = {
      file: this.#file,
      rows: this.#rows(section('rows')),
      associations: this.#associations(section('associations')),
      flows: this.#flows(section('flows')),
      testNumbers: this.#testNumbers(section('testNumbers')),
    };
    this.#checkReferences(world);
    if (this.#problems.length > 0) throw new WorldError(this.#problems);
    return world;
  }

  #text(name: string): string {
    try {
      return readFileSync(join(this.#folder, name), 'utf8');
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      throw new WorldError([
        {
          file: join(this.#folder, name),
          line: 1,
          text: 'this file is missing; set WIRECHIEF_WORLD to another world',
        },
      ]);
    }
  }

  #problem(at: Node | number | null, text: string): void {
    const offset = typeof at === 'number' ? at : (at?.range?.[0] ?? 0);
    this.#problems.push({ file: this.#file, line: this.#lines.linePos(offset).line, text });
  }

  #rows(section: Node | null): WorldRow[] {
    const rows: WorldRow[] = [];
    for (const [name, list] of entriesOf(section)) {
      const table = tables.get(name);
      if (table === undefined) this.#problem(list, `there is no table ${name}`);
      else if (table.isIntersect) this.#problem(list, `${name} is written by associations`);
      else if (!isSeq(list)) this.#problem(list, `${name} must be a list of rows`);
      else for (const item of list.items) rows.push(...this.#row(table, item));
    }
    return rows;
  }

  #row(table: Table, item: unknown): WorldRow[] {
    if (!isMap(item)) {
      this.#problem(nodeOf(item), `a row of ${table.logicalName} is a map of columns`);
      return [];
    }
    const values = new Map<string, WorldValue>();
    let ref: string | null = null;
    for (const [name, node] of entriesOf(item)) {
      if (name === 'ref') {
        ref = String(isScalar(node) ? node.value : '');
        if (this.#tableOfRef.has(ref)) this.#problem(node, `the name @${ref} is taken`);
        this.#tableOfRef.set(ref, table.logicalName);
      } else {
        const value = this.#value(table, name, node);
        if (value !== null) values.set(name, value);
      }
    }
    return [{ table, ref, line: this.#lines.linePos(item.range?.[0] ?? 0).line, values }];
  }

  #value(table: Table, name: string, node: Node): WorldValue | null {
    const column = table.columns[name];
    if (column === undefined || column.companion || ownColumns.test(name)) {
      const why = column === undefined ? 'there is no column' : 'a world does not write';
      this.#problem(node, `${why} ${table.logicalName}.${name}`);
      return null;
    }
    try {
      return parseValue(column, node.toJS(parseDocument('')));
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      this.#problem(node, `${table.logicalName}.${name} ${error.message}`);
      return null;
    }
  }

  #associations(section: Node | null): { schemaName: string; ends: readonly [string, string] }[] {
    const found: { schemaName: string; ends: readonly [string, string] }[] = [];
    for (const [schemaName, list] of entriesOf(section)) {
      const relationship = manyToMany.find((one) => one.schemaName === schemaName);
      if (relationship === undefined || !isSeq(list)) {
        this.#problem(list, `there is no many-to-many relationship ${schemaName} with a list of pairs`);
        continue;
      }
      for (const item of list.items) {
        const names = isSeq(item) ? item.items.map((one) => (isScalar(one) ? String(one.value) : '')) : [];
        const ends = names.map((name) => name.replace(/^@/, ''));
        const [first, second] = ends;
        const fits = ends.every(
          (end, index) => this.#tableOfRef.get(end) === relationship.ends[index]?.table,
        );
        if (first === undefined || second === undefined || ends.length !== 2 || !fits) {
          const [one, other] = relationship.ends;
          this.#problem(
            nodeOf(item),
            `${schemaName} needs pairs of "@name": a ${one.table} and a ${other.table}`,
          );
        } else found.push({ schemaName, ends: [first, second] });
      }
    }
    return found;
  }

  #flows(section: Node | null): Map<string, { file: string; text: string }> {
    const flows = new Map<string, { file: string; text: string }>();
    for (const [name, node] of entriesOf(section)) {
      const bot = name.replace(/^@/, '');
      const file = isScalar(node) ? String(node.value) : '';
      if (this.#tableOfRef.get(bot) !== 'systemuser')
        this.#problem(node, `${name} is not a systemuser of this world`);
      else if (!/^[\w.-]+$/.test(file))
        this.#problem(node, `the flow of ${name} must be the name of a file beside it`);
      else flows.set(bot, { file: join(basename(this.#folder), file), text: this.#text(file) });
    }
    return flows;
  }

  #testNumbers(section: Node | null): Map<string, TestNumber> {
    const numbers = new Map<string, TestNumber>();
    for (const [number, node] of entriesOf(section)) {
      const kind = testNumbers.find((one) => isScalar(node) && node.value === one);
      if (kind === undefined || !/^\+\d{3,15}$/.test(number)) {
        this.#problem(node, `testNumbers: ${number} must be an E.164 number with ${testNumbers.join(', ')}`);
      } else numbers.set(number, kind);
    }
    return numbers;
  }

  #checkReferences({ rows }: Pick<World, 'rows'>): void {
    for (const { table, line, values } of rows) {
      for (const [name, value] of values) {
        if (!isWorldReference(value)) continue;
        const target = this.#tableOfRef.get(value.ref);
        const targets = table.columns[name]?.targets ?? [];
        if (target !== undefined && targets.includes(target)) continue;
        const text =
          target === undefined
            ? `${table.logicalName}.${name}: no row is named @${value.ref}`
            : `${table.logicalName}.${name}: @${value.ref} is a ${target}, not a ${targets.join(' or ')}`;
        this.#problems.push({ file: this.#file, line, text });
      }
    }
  }
}

function nodeOf(item: unknown): Node | null {
  return isMap(item) || isSeq(item) || isScalar(item) ? item : null;
}

/** The entries of a map node, in order; of anything else none. */
function entriesOf(node: Node | YAMLMap | null): Map<string, Node> {
  const entries = new Map<string, Node>();
  if (!isMap(node)) return entries;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const found = nodeOf(value);
    if (found !== null) entries.set(name, found);
  }
  return entries;
}
