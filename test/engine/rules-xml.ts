/** Decision rule sets as XML, as short as they can be. */
import { randomUUID } from 'node:crypto';

/** Sets an attribute. */
export const put = (path: string, value: string): string =>
  `<setattribute><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></setattribute>`;
/** Compares an attribute with a value. `unit`: as an attribute, with its blank. */
export const when = (path: string, operator: string, value: string, unit = ''): string =>
  `<condition operator="${operator}"><lhs type="attribute">${path}</lhs><rhs type="staticvalue"${unit}>${value}</rhs></condition>`;
/** A rule named it. */
export const rule = (conditions: string, ...outputs: string[]): string =>
  `<rule id="${randomUUID()}" name="it">${conditions}<action>${outputs.join('')}</action></rule>`;
/** A whole set. */
export const xml = (...rules: string[]): string =>
  `<decision hit-policy="all" version="1"><rules>${rules.join('')}</rules></decision>`;
