/** Shares that come down: a row that is put under another by a relationship whose Reparent cascades is shared with whom
 *  the other is shared, as principalobjectaccess keeps it in the inherited mask; one that is taken away from there no
 *  longer is. Source: mission row S1.2; the tables' relationships. */
import type { Guid, Table } from '../tables/index.ts';
import { isReference } from './columns.ts';
import type { Statement } from './store.ts';
import type { Written } from './values.ts';

const known = new WeakMap<Table, readonly string[]>();

/** The columns of the table by which its rows are put under others so. */
export function parentalColumns(table: Table): readonly string[] {
  const found = known.get(table);
  if (found !== undefined) return found;
  const columns = table.relationships.flatMap(({ column, cascade }) =>
    cascade?.reparent === 'Cascade' ? [column] : [],
  );
  const made = [...new Set(columns)];
  known.set(table, made);
  return made;
}

/** What is to be written so that the row's inherited masks say what its parents say. */
export interface Inheritance {
  readonly made: readonly Written[];
  readonly changed: readonly { readonly id: Guid; readonly inheritedaccessrightsmask: number }[];
  readonly gone: readonly Guid[];
}

/** `row`: with at least its parental columns. One statement. */
export async function planInheritance(
  run: (statement: Statement) => Promise<unknown[][]>,
  table: Table,
  id: Guid,
  row: Readonly<Written>,
): Promise<Inheritance> {
  const parents = parentalColumns(table).flatMap((column) => {
    const value = row[column];
    return isReference(value) ? [value.id] : typeof value === 'string' ? [value] : [];
  });
  const rows = await run({
    text: `select "principalid"::text, "principaltypecode",
        coalesce(bit_or(coalesce("accessrightsmask", 0) | coalesce("inheritedaccessrightsmask", 0))
          filter (where "objectid" = any ($1::uuid[])), 0),
        max("principalobjectaccessid"::text) filter (where "objectid" = $2::uuid),
        max("accessrightsmask") filter (where "objectid" = $2::uuid),
        max("inheritedaccessrightsmask") filter (where "objectid" = $2::uuid)
      from "dataverse"."principalobjectaccess"
      where "objectid" = any ($1::uuid[]) or "objectid" = $2::uuid group by 1, 2`,
    values: [parents, id],
    name: 'inherited_shares',
  });
  const made: Written[] = [];
  const changed: { id: Guid; inheritedaccessrightsmask: number }[] = [];
  const gone: Guid[] = [];
  for (const [principalid, principaltypecode, mask, own, rights, inherited] of rows) {
    const inheritedaccessrightsmask = Number(mask);
    if (own === null) {
      const share = { principalid, principaltypecode, objectid: id, objecttypecode: table.logicalName };
      if (inheritedaccessrightsmask !== 0)
        made.push({ ...share, accessrightsmask: 0, inheritedaccessrightsmask });
    } else if (inheritedaccessrightsmask === 0 && Number(rights ?? 0) === 0) gone.push(String(own));
    else if (inheritedaccessrightsmask !== Number(inherited ?? 0))
      changed.push({ id: String(own), inheritedaccessrightsmask });
  }
  return { made, changed, gone };
}
