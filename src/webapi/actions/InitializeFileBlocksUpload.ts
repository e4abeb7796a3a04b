import { readTarget } from '../files/blocks.ts';
import { readFileName } from '../files/name.ts';
import { beginUpload } from '../files/stage.ts';
import type { Perform } from '../operation.ts';

/** Begins an upload by blocks into a file or image column.
 *  Shape: {Target, FileAttributeName, FileName} → {FileContinuationToken}. Refuses recordNotFound, privilegeMissing,
 *  fileBlocked, invalidArgument. Source: webapi.md §15. */
export const InitializeFileBlocksUpload: Perform = async ({ exchange, parameters }) => {
  const at = await readTarget(exchange, parameters.row('Target'), parameters.text('FileAttributeName'));
  const name = readFileName(parameters.text('FileName') ?? undefined);
  return { FileContinuationToken: await beginUpload(exchange, at, name) };
};
