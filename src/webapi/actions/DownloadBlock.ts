import { Refusal } from '../../tables/index.ts';
import { openDownload } from '../files/blocks.ts';
import { chunkBytes } from '../files/column.ts';
import { type FilePlace, fileAt } from '../files/place.ts';
import { bodies } from '../files/row-content.ts';
import type { Perform } from '../operation.ts';

/** Gives a block of a download; the last one is as short as it is. At most 4 MB at a time.
 *  Shape: {Offset, BlockLength, FileContinuationToken} → {Data: base64}. Refuses invalidArgument, recordNotFound,
 *  privilegeMissing. Source: webapi.md §15. */
export const DownloadBlock: Perform = async ({ exchange, parameters }) => {
  const { at, value } = await openDownload(exchange, parameters.text('FileContinuationToken'));
  // Notes and attachments keep their file in the row itself.
  const body = isBody(at) && typeof value === 'string' ? Buffer.from(value, 'base64') : null;
  const file = body === null ? await fileAt(exchange, at) : { id: '', size: body.length };
  if (file === null) throw new Refusal('fileNotFound', at.property.name, at.table.logicalName, at.row);
  const [offset, length] = [parameters.number('Offset') ?? -1, parameters.number('BlockLength') ?? 0];
  if (!(offset >= 0 && offset <= file.size && length > 0 && length <= chunkBytes))
    throw new Refusal(
      'invalidArgument',
      `Offset lies from 0 to ${file.size}, BlockLength from 1 to ${chunkBytes}.`,
    );
  const end = Math.min(offset + length, file.size);
  const data =
    body?.subarray(offset, end) ?? (await exchange.database.reader.files.piece(file.id, offset, end));
  return { Data: data.toString('base64') };
};

const isBody = ({ table, property }: FilePlace): boolean => bodies.get(table.logicalName) === property.column;
