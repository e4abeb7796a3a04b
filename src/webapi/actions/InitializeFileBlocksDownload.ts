import { Refusal } from '../../tables/index.ts';
import { printDownload, readTarget } from '../files/blocks.ts';
import { fileAt } from '../files/place.ts';
import type { Perform } from '../operation.ts';

/** Begins a download by blocks of a file, or of a picture as it was uploaded.
 *  Shape: {Target, FileAttributeName} → {FileContinuationToken, FileSizeInBytes, FileName, IsChunkingSupported}.
 *  Refuses recordNotFound also for an empty column, privilegeMissing, invalidArgument. Source: webapi.md §15. */
export const InitializeFileBlocksDownload: Perform = async ({ exchange, parameters }) => {
  const at = await readTarget(exchange, parameters.row('Target'), parameters.text('FileAttributeName'));
  const file = await fileAt(exchange, at);
  if (file === null) throw new Refusal('fileNotFound', at.property.name, at.table.logicalName, at.row);
  return {
    FileContinuationToken: printDownload({
      table: at.table.logicalName,
      row: at.row,
      column: at.property.name,
    }),
    FileSizeInBytes: file.size,
    FileName: file.name,
    IsChunkingSupported: true,
  };
};
