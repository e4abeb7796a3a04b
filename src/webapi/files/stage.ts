import type { FileInfo } from '../../store/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { type Exchange, transact } from '../exchange.ts';
import { extensionOf, typeOfName } from './name.ts';
import { readOrganizationLimits } from './organization.ts';
import type { FilePlace } from './place.ts';

/** Blocks of a stream; small, because a block is in memory several times on its way. */
const blockBytes = 1_048_576;

/** Refuses fileBlocked for a name whose extension the organization does not take. */
export async function refuseBlocked({ database }: Exchange, name: string): Promise<void> {
  const { blocked } = await readOrganizationLimits(database.reader);
  if (blocked.has(extensionOf(name))) throw new Refusal('fileBlocked');
}

/** Begins an upload into a column and gives its id: what the client gets as its token. The caller must be allowed to
 *  change the row. Refuses fileBlocked, recordNotFound, privilegeMissing. */
export async function beginUpload(exchange: Exchange, at: FilePlace, name: string): Promise<Guid> {
  await refuseBlocked(exchange, name);
  const { table, row, property } = at;
  return transact(exchange, async (transaction) => {
    if ((await transaction.lock(table, row)) === null)
      throw new Refusal('recordNotFound', table.logicalName, row);
    const owner = exchange.caller.userId;
    const type = typeOfName(name);
    return transaction.files.begin({ table, row, column: property.column, name, type, owner });
  });
}

/** The upload behind a token of this caller. Refuses invalidArgument. */
export async function readUpload(
  exchange: Exchange,
  token: string | undefined,
  at?: FilePlace,
): Promise<FileInfo> {
  const found = isToken(token) ? await exchange.database.reader.files.find(token) : null;
  const isOurs =
    found !== null &&
    !found.complete &&
    found.owner === exchange.caller.userId &&
    (at === undefined || (found.row === at.row && found.column === at.property.column));
  if (!isOurs) throw new Refusal('invalidArgument', 'The token names no upload that is under way.');
  return found;
}

const isToken = (token: string | undefined): token is string =>
  token !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token);

/** The name of the block that begins at a byte: in the order of text it is the order of the file. */
export const blockAt = (start: number): string => String(start).padStart(15, '0');

/** Takes a stream in, in blocks of 1 MiB named by where they begin, so that memory stays flat. Gives how many bytes came.
 *  `most`: refuses by calling `tooMany` as soon as there are more. */
export async function takeStream(
  exchange: Exchange,
  upload: Guid,
  bytes: AsyncIterable<Uint8Array>,
  span: { readonly from: number; readonly most: number; readonly tooMany: (bytes: number) => void },
): Promise<number> {
  const block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  let came = 0;
  const put = async (): Promise<void> => {
    const start = span.from + came - filled;
    const taken = block.subarray(0, filled);
    await transact(exchange, (transaction) => transaction.files.put(upload, blockAt(start), taken));
    filled = 0;
  };
  for await (const piece of bytes) {
    if (came + piece.length > span.most) span.tooMany(came + piece.length);
    for (let offset = 0; offset < piece.length; ) {
      const taken = Math.min(piece.length - offset, blockBytes - filled);
      block.set(piece.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      came += taken;
      if (filled === blockBytes) await put();
    }
  }
  if (filled > 0) await put();
  return came;
}

/** Throws an upload away after `work` failed. What cannot be thrown away now goes by its age. */
export async function orDiscard<R>(exchange: Exchange, upload: Guid, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    await transact(exchange, (transaction) => transaction.files.remove(upload)).catch(() => undefined);
    throw error;
  }
}
