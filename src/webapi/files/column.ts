/** The columns whose value is a file: what they take. */
import { Refusal } from '../../tables/index.ts';
import type { Property } from '../plan/entity.ts';

/** The most bytes of one request's body. Source: webapi.md §15. */
export const requestBytes = 134_217_728;
/** The size of a piece that clients are told to send, and the most a block may hold. Source: webapi.md §15. */
export const chunkBytes = 4_194_304;
const fileKb = 131_072;
const imageKb = 30_720;

/** What kind of file a property holds, null for a property that is a plain value. */
export function fileKind(property: Property | null): 'file' | 'image' | null {
  const type = property?.definition.type;
  return type === 'File' ? 'file' : type === 'Image' ? 'image' : null;
}

/** The largest file of a column, in bytes: its own MaxSizeInKB, or 128 MB for a file and 30 MB for a picture. */
export function maxBytesOf({ definition }: Property): number {
  return 1024 * (definition.max ?? (definition.type === 'Image' ? imageKb : fileKb));
}

/** Refuses fileTooLarge, for a picture imageNotProcessed, when a file is larger than its column takes. */
export function refuseTooLarge(property: Property, bytes: number): void {
  const most = maxBytesOf(property);
  if (bytes <= most) return;
  if (property.definition.type !== 'Image') throw new Refusal('fileTooLarge');
  const mb = (size: number): string => String(Math.ceil(size / 1_048_576));
  throw new Refusal(
    'imageNotProcessed',
    `File size is too big. MaxSize: ${mb(most)} MB, Uploaded filesize: ${mb(bytes)} MB.`,
  );
}
