/** Parts of a JSON value whose shape is not known. */

/** An object as it was parsed. */
export type Shape = { readonly [name: string]: unknown };

export const isObject = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** The object, or one without members. */
export const shape = (value: unknown): Shape => (isObject(value) ? value : {});
/** The list, or an empty one. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** The texts of a list. */
export const strings = (value: unknown): string[] => list(value).filter((one) => typeof one === 'string');
/** The text, or null. */
export const string = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** The number, or null. */
export const numeral = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The value of a JSON text; null for what is none. */
export function fromText(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null; // no JSON: not a row of ours
  }
}
