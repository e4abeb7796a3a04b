import { Refusal } from '../../../tables/index.ts';
import type { XmlElement } from './xml.ts';

/** The attributes of one element, taken by name; `end` refuses what nobody took. An empty value counts as none, except
 *  for a condition's. */
export class Attributes {
  private readonly element: XmlElement;
  private readonly left: Set<string>;

  /** `ignored`: names that are known and change nothing. Namespaces are ignored everywhere. */
  constructor(element: XmlElement, ignored: readonly string[] = []) {
    this.element = element;
    this.left = new Set(element.attributes.keys());
    for (const name of this.left) if (/^xmlns(?::|$)/.test(name)) this.left.delete(name);
    for (const name of ignored) this.left.delete(name);
  }

  /** The value as it is, null without the attribute. */
  raw(name: string): string | null {
    this.left.delete(name);
    return this.element.attributes.get(name) ?? null;
  }

  /** The value without blanks around it, null when empty. */
  text(name: string): string | null {
    return this.raw(name)?.trim() || null;
  }

  /** A value that must be there. Refuses fetchInvalid. */
  required(name: string): string {
    const value = this.text(name);
    if (value === null)
      throw new Refusal('fetchInvalid', `<${this.element.name}> needs the attribute '${name}'.`);
    return value;
  }

  /** A whole number above zero. Refuses fetchInvalidValue. */
  number(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (!/^\d{1,9}$/.test(value) || number < 1)
      throw new Refusal('fetchInvalidValue', `The value of '${name}' must be a whole number above zero.`);
    return number;
  }

  /** True or false, false when left out unless `otherwise` says so. Refuses fetchInvalidValue. */
  flag(name: string, otherwise = false): boolean {
    const value = this.text(name);
    if (value === null) return otherwise;
    if (!/^(?:true|false|0|1)$/i.test(value))
      throw new Refusal('fetchInvalidValue', `The value of '${name}' must be true or false.`);
    return /^(?:true|1)$/i.test(value);
  }

  /** Refuses fetchInvalid for an attribute that was not taken. */
  end(): void {
    for (const name of this.left)
      throw new Refusal('fetchInvalid', `The attribute '${name}' of <${this.element.name}> is not known.`);
  }
}

/** A name as tables, columns and aliases have it. Refuses fetchInvalidAlias. */
export function checkedAlias(alias: string | null): string | null {
  if (alias !== null && !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(alias))
    throw new Refusal('fetchInvalidAlias', alias.slice(0, 100));
  return alias;
}
