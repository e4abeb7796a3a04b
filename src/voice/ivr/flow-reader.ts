/** Reads the nodes of a flow file, keeping for every complaint its line, its step and what would be right. */
import { isAlias, isMap, isScalar, type LineCounter, type YAMLMap } from 'yaml';

/** A value of the file with its place. */
export type Node = unknown;

/** The reading of one file: typed getters that complain instead of throwing, so one pass finds everything wrong. */
export class FlowReader {
  readonly problems: { readonly line: number; readonly text: string }[] = [];
  /** The step being read, named in every complaint; null outside the steps. */
  step: string | null = null;
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** Notes a problem at this node. */
  complain(at: Node, text: string): void {
    this.complainAtLine(this.#lineOf(at), text);
  }

  complainAtLine(line: number, text: string): void {
    this.problems.push({ line, text: this.step === null ? text : `step "${this.step}": ${text}` });
  }

  /** The entries of a mapping in file order; complains about anything else. */
  entries(node: Node, what: string): [name: string, value: Node, key: Node][] {
    if (!isMap(node)) {
      this.complain(node, `${what} must be a mapping (name: value)${describe(node)}`);
      return [];
    }
    return node.items.map((pair) => [scalarText(pair.key) ?? '', pair.value ?? pair.key, pair.key]);
  }

  /** The mapping's values by name; complains about names that are not allowed there. */
  fields(node: Node, what: string, allowed: readonly string[]): Map<string, Node> {
    const fields = new Map<string, Node>();
    for (const [name, value, key] of this.entries(node, what)) {
      if (allowed.includes(name)) fields.set(name, value);
      else this.complain(key, `"${name}" does not belong in ${what}; allowed: ${allowed.join(', ')}`);
    }
    return fields;
  }

  /** A text of 1 to `max` characters; complains and gives '' for anything else. */
  text(node: Node, name: string, owner: Node, max = 4000): string {
    const value = scalarText(node);
    if (value !== null && value.trim() !== '' && value.length <= max) return value;
    const wrong = value !== null && value.length > max ? ` (this one has ${value.length})` : describe(node);
    this.complain(node ?? owner, `${name} must be a text of 1 to ${max} characters${wrong}`);
    return '';
  }

  /** A whole number in the range; the fallback when absent. */
  whole(node: Node, name: string, range: readonly [min: number, max: number], fallback: number): number {
    if (node === undefined) return fallback;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= range[0] && value <= range[1])
      return value;
    this.complain(node, `${name} must be a whole number from ${range[0]} to ${range[1]}${describe(node)}`);
    return fallback;
  }

  /** True when the value is the word true; complains otherwise. */
  yes(node: Node, name: string): void {
    if (!isScalar(node) || node.value !== true)
      this.complain(node, `${name} takes the value true${describe(node)}`);
  }

  #lineOf(node: Node): number {
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    return Array.isArray(range) && typeof range[0] === 'number' ? this.#lines.linePos(range[0]).line : 1;
  }
}

/** Text of a scalar as it was written (a bare 007 keeps its zeros); null for anything else. */
function scalarText(node: Node): string | null {
  if (!isScalar(node) || node.value === null || node.value === undefined) return null;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function describe(node: Node): string {
  if (node === undefined || node === null) return ', but it is missing';
  if (isAlias(node)) return ', but it is an alias, which flow files do not use';
  if (isMap(node)) return ', but it is a mapping';
  const text = scalarText(node);
  return text === null ? ', but it is empty or a list' : `, but it is "${text.slice(0, 40)}"`;
}

/** True for a mapping node. */
export const isMapping = (node: Node): node is YAMLMap => isMap(node);
