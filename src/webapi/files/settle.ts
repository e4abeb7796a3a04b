import type { Transaction } from '../../store/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import type { Written } from '../plan/write.ts';
import { updateRow } from '../write.ts';
import { fileKind, refuseTooLarge } from './column.ts';
import { pictureColumns } from './picture.ts';
import type { FilePlace } from './place.ts';

/** Makes the staged blocks the file of their column, in the transaction that changes the row. Gives the file's size.
 *  Refuses recordNotFound, versionMismatch, privilegeMissing, fileTooLarge, imageNotProcessed, invalidArgument. */
export async function settleFile(
  transaction: Transaction,
  at: FilePlace,
  upload: Guid,
  file: { readonly blocks: readonly string[]; readonly name: string; readonly type: string },
  version?: string,
): Promise<number> {
  const { table, row, property } = at;
  // Two last chunks at once: one of them completes the file.
  const found = await transaction.files.lock(upload);
  if (found === null || found.complete)
    throw new Refusal('invalidArgument', 'The token names no upload that is under way.');
  const size = await transaction.files.complete(upload, file.blocks, file);
  refuseTooLarge(property, size);
  const values: Written =
    fileKind(property) === 'image'
      ? await picture(transaction, at, upload, size)
      : { [property.column]: upload, ...nameColumn(at, file.name) };
  await updateRow(transaction, table, row, values, version);
  return size;
}

async function picture(
  transaction: Transaction,
  at: FilePlace,
  upload: Guid,
  size: number,
): Promise<Written> {
  const bytes = await transaction.files.piece(upload, 0, size);
  return pictureColumns(at.table, at.property.column, upload, bytes, transaction.now);
}

/** The column beside a file column that shows the file's name, where there is one. */
const nameColumn = ({ table, property }: FilePlace, name: string | null): Written =>
  Object.hasOwn(table.columns, `${property.column}_name`) ? { [`${property.column}_name`]: name } : {};

/** Empties a file column. An empty one stays so. Refuses recordNotFound, versionMismatch, privilegeMissing. */
export async function clearFile(transaction: Transaction, at: FilePlace, version?: string): Promise<void> {
  const { table, row, property } = at;
  if (fileKind(property) === 'file') await transaction.files.removeOf(table, row, property.column);
  // What hangs on a picture goes with it, in write.ts.
  const values = fileKind(property) === 'image' ? {} : nameColumn(at, null);
  await updateRow(transaction, table, row, { [property.column]: null, ...values }, version);
}
