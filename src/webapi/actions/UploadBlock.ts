import { transact } from '../exchange.ts';
import { readBlock } from '../files/blocks.ts';
import { readUpload } from '../files/stage.ts';
import type { Perform } from '../operation.ts';

/** Adds a block of at most 4 MB to an upload, or replaces the one of its id.
 *  Shape: {BlockId, BlockData: base64, FileContinuationToken} → 204. Refuses invalidArgument, fileTooLarge.
 *  Source: webapi.md §15. */
export const UploadBlock: Perform = async ({ exchange, parameters }) => {
  const upload = await readUpload(exchange, parameters.text('FileContinuationToken') ?? undefined);
  const { id, bytes } = readBlock(parameters.text('BlockId'), parameters.text('BlockData'));
  await transact(exchange, (transaction) => transaction.files.put(upload.id, id, bytes));
  return null;
};
