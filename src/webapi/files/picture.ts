import { type Guid, Refusal, type Table } from '../../tables/index.ts';
import type { Written } from '../plan/write.ts';
import { formatOf } from './format.ts';
import { thumbnailOf } from './thumbnail.ts';

/** Ticks of 100 ns from the year 1 to 1970, in which the product tells when a picture was set. */
const ticksBefore1970 = 621_355_968_000_000_000n;

/** The columns that stand beside a picture's own: its id, when it was set, where to get it. */
const sideColumns = (
  table: Table,
  column: string,
): { readonly [K in 'id' | 'timestamp' | 'url']: string | null } => {
  const known = (name: string): string | null => (Object.hasOwn(table.columns, name) ? name : null);
  return { id: known(`${column}id`), timestamp: known(`${column}_timestamp`), url: known(`${column}_url`) };
};

/** What a row holds of a picture: the thumbnail in the column itself, and the columns beside it.
 *  Refuses imageNotProcessed for what is no PNG, JPEG, GIF or BMP. Source: published documentation, image column data. */
export async function pictureColumns(
  table: Table,
  column: string,
  fileId: Guid,
  bytes: Buffer,
  now: Date,
): Promise<Written> {
  const thumbnail = formatOf(bytes) === null ? null : await thumbnailOf(bytes);
  if (thumbnail === null)
    throw new Refusal(
      'imageNotProcessed',
      `Update image properties failed for logicalName: ${table.logicalName}, attribute: ${column}. Send a PNG, JPEG, GIF or BMP.`,
    );
  const ticks = String(BigInt(now.getTime()) * 10_000n + ticksBefore1970);
  const side = sideColumns(table, column);
  const url = `/Image/download.aspx?Entity=${table.logicalName}&Attribute=${column}&Id=${fileId}&Timestamp=${ticks}`;
  return {
    [column]: thumbnail.toString('base64'),
    ...(side.id ? { [side.id]: fileId } : {}),
    ...(side.timestamp ? { [side.timestamp]: ticks } : {}),
    ...(side.url ? { [side.url]: url } : {}),
  };
}

/** The same columns without a picture. */
export function noPictureColumns(table: Table, column: string): Written {
  const names = Object.values(sideColumns(table, column)).filter((name) => name !== null);
  return { [column]: null, ...Object.fromEntries(names.map((name) => [name, null])) };
}
