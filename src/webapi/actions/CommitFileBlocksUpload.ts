import { transact } from '../exchange.ts';
import { uploadPlace } from '../files/blocks.ts';
import { readFileName, readMediaType } from '../files/name.ts';
import { settleFile } from '../files/settle.ts';
import { readUpload, refuseBlocked } from '../files/stage.ts';
import type { Perform } from '../operation.ts';

/** Makes the uploaded blocks, in the order of the list, the file of their column.
 *  Shape: {FileName, MimeType, BlockList, FileContinuationToken} → {FileId, FileSizeInBytes}. Refuses invalidArgument,
 *  recordNotFound, privilegeMissing, fileTooLarge, fileBlocked, imageNotProcessed. Source: webapi.md §15. */
export const CommitFileBlocksUpload: Perform = async ({ exchange, parameters }) => {
  const upload = await readUpload(exchange, parameters.text('FileContinuationToken') ?? undefined);
  const at = uploadPlace(upload);
  const name = readFileName(parameters.text('FileName') ?? undefined);
  await refuseBlocked(exchange, name);
  const type = readMediaType(parameters.text('MimeType'), name);
  const blocks = parameters.texts('BlockList');
  const size = await transact(exchange, (transaction) =>
    settleFile(transaction, at, upload.id, { blocks, name, type }),
  );
  return { FileId: upload.id, FileSizeInBytes: size };
};
