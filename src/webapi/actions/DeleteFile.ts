import { Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { uploadPlace } from '../files/blocks.ts';
import { readFilePlace } from '../files/place.ts';
import { clearFile } from '../files/settle.ts';
import type { Perform } from '../operation.ts';
import { entityOf } from '../plan/entity.ts';

/** Empties the column that holds a file, by the file's id.
 *  Shape: {FileId} → 204. Refuses recordNotFound, privilegeMissing. Source: webapi.md §15. */
export const DeleteFile: Perform = async ({ exchange, parameters }) => {
  const id = parameters.text('FileId') ?? '';
  const file = await exchange.database.reader.files.find(id);
  if (file === null || !file.complete) throw new Refusal('recordNotFound', 'fileattachment', id);
  const at = uploadPlace(file);
  // Nobody learns of a file by its id who may not read its row.
  await readFilePlace(exchange, { root: entityOf(at.table), rootId: at.row, steps: [] }, at.property);
  await transact(exchange, (transaction) => clearFile(transaction, at));
  return null;
};
