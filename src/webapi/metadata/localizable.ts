import { type Column, Refusal, type Table } from '../../tables/index.ts';

/** The columns whose text has a label in each language, by table. Source: published table reference, IsLocalizable; of the
 *  tables here no other page says so. */
const columns: Readonly<Record<string, readonly string[]>> = { savedquery: ['name', 'description'] };

/** The one language there is. */
export const labelLanguage = 1033;

/** A column whose text is a label. Refuses invalidArgument for one whose text is not. */
export function localizableColumn({ logicalName, columns: known }: Table, name: string): Column {
  const column = columns[logicalName]?.includes(name) ? known[name] : undefined;
  if (column === undefined)
    throw new Refusal(
      'invalidArgument',
      `The column '${name.slice(0, 100)}' of '${logicalName}' has no localized labels.`,
    );
  return column;
}
