/** Context variables as a parameter gives them: a JSON object of texts and numbers, or of the product's
 *  {value, isDisplayable, datatype}. Source: actions.json. */
import { Refusal } from '../tables/index.ts';
import { isObject, type Json } from './parse/body.ts';

/** The values by name; none when the parameter was left out. Refuses invalidArgument. */
export function valuesIn(parameter: string, text: string | null): ReadonlyMap<string, string> {
  if (text === null) return new Map();
  return new Map(
    Object.entries(objectIn(parameter, text)).map(([name, given]) => [name, textOf(parameter, name, given)]),
  );
}

/** The object that a text holds. Refuses invalidArgument. */
export function objectIn(parameter: string, text: string): { readonly [name: string]: Json } {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null; // no JSON at all
  }
  if (isObject(parsed)) return parsed;
  throw new Refusal('invalidArgument', `The parameter ${parameter} must hold a JSON object.`);
}

function textOf(parameter: string, name: string, given: Json): string {
  const value = isObject(given) ? (given.value ?? null) : given;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Refusal('invalidArgument', `The parameter ${parameter} gives '${name}' no text and no number.`);
}
