/** What the messages of the block protocol share. Source: webapi.md §15; published documentation, file column data. */
import { type FileInfo, isGuid } from '../../store/index.ts';
import { type Guid, Refusal, tables } from '../../tables/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Json } from '../parse/body.ts';
import { entityOf, type Property } from '../plan/entity.ts';
import type { RowParameter } from '../plan/parameters.ts';
import { chunkBytes, fileKind } from './column.ts';
import { type FilePlace, readFilePlace } from './place.ts';
import { base64Bytes } from './row-content.ts';

/** The file column of a row that a message names. Refuses recordNotFound, privilegeMissing, and invalidArgument for a column
 *  that holds no file. */
export async function readTarget(
  exchange: Exchange,
  target: RowParameter | null,
  column: string | null,
): Promise<FilePlace> {
  const property: Property | undefined = target?.entity.properties.get(column ?? '');
  if (target === null || property === undefined || fileKind(property) === null)
    throw new Refusal(
      'invalidArgument',
      `'${column ?? ''}' is not a file or image column of the target's table.`,
    );
  const place = placeOf(target);
  const found = await readFilePlace(exchange, place, property);
  if (found === null) throw new Refusal('recordNotFound', target.entity.table.logicalName, target.id ?? '');
  return found.at;
}

const placeOf = ({ place, entity, id }: RowParameter) => {
  if (place !== null) return place;
  if (id === null) throw new Refusal('invalidArgument', 'The target must name a row by its key.');
  return { root: entity, rootId: id, steps: [] };
};

/** The bytes of a block given in base64. Refuses invalidArgument, fileTooLarge for more than 4 MB. */
export function readBlock(
  id: string | null,
  data: string | null,
): { readonly id: string; readonly bytes: Buffer } {
  if (id === null || base64Bytes(id) === null || (base64Bytes(id) ?? 0) > 64)
    throw new Refusal('invalidArgument', 'A BlockId is a text of at most 64 bytes in base64.');
  if (data === null || base64Bytes(data) === null)
    throw new Refusal('invalidArgument', 'BlockData is a part of the file in base64.');
  if ((base64Bytes(data) ?? 0) > chunkBytes) throw new Refusal('fileTooLarge');
  return { id, bytes: Buffer.from(data, 'base64') };
}

/** A download that was begun: what its token stands for. The file is looked for again at each block, so that a right that is
 *  taken away ends the download. */
interface Download {
  readonly table: string;
  readonly row: Guid;
  readonly column: string;
}

/** Writes the token of a download. */
export const printDownload = (download: Download): string =>
  Buffer.from(JSON.stringify([download.table, download.row, download.column])).toString('base64url');

/** Reads it. Null when it is none. */
function readDownload(token: string | null): Download | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token ?? '', 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 3) return null;
    const [table, row, column] = parts.map((part: unknown) => String(part));
    return { table: table ?? '', row: row ?? '', column: column ?? '' };
  } catch {
    return null;
  }
}

/** The file that a download's token stands for, as the caller may read it now, with what its column shows.
 *  Refuses invalidArgument for a token that is none, recordNotFound, privilegeMissing. */
export async function openDownload(
  exchange: Exchange,
  token: string | null,
): Promise<{ readonly at: FilePlace; readonly value: Json }> {
  const download = readDownload(token);
  const table = download === null ? undefined : tables.get(download.table);
  const property = table && download ? entityOf(table).properties.get(download.column) : undefined;
  if (!table || !property || !download || !isGuid(download.row))
    throw new Refusal('invalidArgument', 'The FileContinuationToken names no download.');
  const found = await readFilePlace(
    exchange,
    { root: entityOf(table), rootId: download.row, steps: [] },
    property,
  );
  if (found === null) throw new Refusal('recordNotFound', table.logicalName, download.row);
  return found;
}

/** The column that an upload or a file belongs to. Refuses recordNotFound when its table or column is gone. */
export function uploadPlace({ id, table: name, row, column }: FileInfo): FilePlace {
  const table = tables.get(name);
  const property = table && entityOf(table).properties.get(column);
  if (!table || !property || row === null) throw new Refusal('recordNotFound', 'fileattachment', id);
  return { table, row, property };
}
