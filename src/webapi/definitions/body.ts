/** Reading the JSON of a definition: every member is checked, what is wrong is named. */
import { Refusal } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';

const english = 1033;
const labelLimit = 500;
const prefix = 'Microsoft.Dynamics.CRM.';

/** Refuses a definition in words. */
export function invalid(message: string): never {
  throw new Refusal('definitionInvalid', message);
}

/** The type that `@odata.type` names, without namespace and hash; null when it is left out. */
export function typeNameOf(body: JsonObject): string | null {
  const type = body['@odata.type'];
  if (type === undefined) return null;
  if (typeof type !== 'string') return invalid('@odata.type must be a text.');
  return type.replace(/^#/, '').replace(prefix, '');
}

/** A text member; null when left out, empty or null. */
export function textOf(body: JsonObject, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : invalid(`${name} must be a text.`);
}

/** A text member that must be there. */
export const needText = (body: JsonObject, name: string): string =>
  textOf(body, name) ?? invalid(`${name} is missing.`);

/** A boolean member; null when left out. A managed property gives its Value. */
export function booleanOf(body: JsonObject, name: string): boolean | null {
  const given = body[name];
  const value = isObject(given) ? given.Value : given;
  if (value === undefined || value === null) return null;
  return typeof value === 'boolean' ? value : invalid(`${name} must be true or false.`);
}

/** A number within a range; `otherwise` when left out. */
export function numberOf(
  body: JsonObject,
  name: string,
  range: { readonly from: number; readonly to: number; readonly whole?: true },
  otherwise: number,
): number {
  const value = body[name];
  if (value === undefined || value === null) return otherwise;
  const fits = typeof value === 'number' && value >= range.from && value <= range.to;
  if (fits && (range.whole === undefined || Number.isInteger(value))) return value;
  return invalid(
    `${name} must be a ${range.whole ? 'whole ' : ''}number from ${range.from} to ${range.to}, not ${JSON.stringify(value)}.`,
  );
}

/** One of a list of words, given as it is or as the Value of an object; `otherwise` when left out. */
export function wordOf<W extends string>(
  body: JsonObject,
  name: string,
  words: readonly W[],
  otherwise: W,
): W {
  const given = body[name];
  const value = isObject(given) ? given.Value : given;
  if (value === undefined || value === null) return otherwise;
  const found = words.find((word) => word === value);
  return found ?? invalid(`${name} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}.`);
}

/** An object member; empty when left out. */
export function objectOf(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : invalid(`${name} must be an object.`);
}

/** A list of objects; null when left out. */
export function objectsOf(body: JsonObject, name: string): readonly JsonObject[] | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every((one: Json) => isObject(one)))
    return invalid(`${name} must be a list of objects.`);
  return value as readonly JsonObject[];
}

/** The text of a label in English, the one language there is; null when left out or empty. */
export function labelOf(body: JsonObject, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return invalid(`${name} must be a Label with LocalizedLabels.`);
  const labels = objectsOf(value, 'LocalizedLabels') ?? [];
  if (labels.length === 0) return null;
  const one = labels.find(({ LanguageCode }) => LanguageCode === english);
  if (one === undefined)
    return invalid(`${name} needs a label in LanguageCode 1033, the only language here.`);
  const text = textOf(one, 'Label');
  if (text !== null && text.length > labelLimit)
    return invalid(`${name} is longer than ${labelLimit} characters.`);
  return text;
}
