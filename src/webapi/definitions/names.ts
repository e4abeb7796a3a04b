import type { Model } from '../../tables/index.ts';
import { invalid } from './body.ts';

/** PostgreSQL takes 63 bytes of a name; the discriminator of a lookup adds six to its column's. */
const nameLimit = 50;
const schemaPattern = /^[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]+$/;
const reserved = /^(?:mscrm|msdyn|wirechief)/i;

/** How much a database may add to its tables. */
export const limits = { tables: 500, columns: 1000, keys: 10, keyColumns: 16, options: 500, choices: 500 };

/** Checks the schema name of something new: a publisher's prefix of two to eight letters and digits, an underscore, then
 *  letters, digits and underscores. Refuses definitionInvalid. Source: published article "Create a solution publisher
 *  prefix". */
export function checkSchemaName(name: string, what: string): string {
  if (name.length > nameLimit)
    return invalid(
      `The SchemaName '${name.slice(0, 80)}' of ${what} is longer than ${nameLimit} characters.`,
    );
  if (!schemaPattern.test(name))
    return invalid(
      `The SchemaName '${name}' of ${what} is not valid: a customization prefix of 2 to 8 letters and digits that begins with a letter, an underscore, then letters, digits and underscores, as in new_BankAccount.`,
    );
  if (reserved.test(name))
    return invalid(`The prefix of '${name}' belongs to another publisher: use one of your own, as in new_.`);
  return name;
}

/** Checks the name of a navigation property that the caller chose. Refuses definitionInvalid. */
export function checkNavigationName(name: string): string {
  if (/^[A-Za-z]\w*$/.test(name) && name.length <= 2 * nameLimit) return name;
  return invalid(`'${name.slice(0, 120)}' cannot be the name of a navigation property.`);
}

/** The regular plural of a logical name. */
export function pluralOf(name: string): string {
  if (/(?:s|x|z|ch|sh)$/i.test(name)) return `${name}es`;
  return /[^aeiou_]y$/i.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** Whether a relationship of that name is there. */
export const hasRelationship = (model: Model, schemaName: string): boolean => {
  const wanted = schemaName.toLowerCase();
  return (
    model.manyToMany.some((one) => one.schemaName.toLowerCase() === wanted) ||
    [...model.tables.values()].some(({ relationships }) =>
      relationships.some((one) => one.schemaName.toLowerCase() === wanted),
    )
  );
};
