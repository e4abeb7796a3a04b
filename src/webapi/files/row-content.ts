/** Files that come inside a row's own JSON: pictures and the files of notes, in base64. */
import type { Transaction } from '../../store/index.ts';
import { type Guid, Refusal, type Table } from '../../tables/index.ts';
import type { Written } from '../plan/write.ts';
import { refuseTooLarge } from './column.ts';
import { formatOf } from './format.ts';
import { extensionOf } from './name.ts';
import { readOrganizationLimits } from './organization.ts';
import { noPictureColumns, pictureColumns } from './picture.ts';

/** The values of a row to be written, and `keep`: puts the bytes of its pictures beside it once the row is there; null
 *  where there are none. */
export interface Content {
  readonly values: Written;
  readonly keep: Keep | null;
}
type Keep = (row: Guid) => Promise<void>;

/** The text column of a table that holds a file in base64. Source: published documentation, attachments and notes. */
export const bodies: ReadonlyMap<string, string> = new Map([
  ['annotation', 'documentbody'],
  ['activitymimeattachment', 'body'],
]);

/** Completes the values of a row about to be written: a picture becomes its thumbnail and the columns beside it, a note
 *  learns the size of its file. Without files in the values they stay as they are.
 *  Refuses imageNotProcessed, fileTooLarge, fileBlocked, invalidArgument. Source: webapi.md §15. */
export async function takeContent(transaction: Transaction, table: Table, given: Written): Promise<Content> {
  const body = bodies.get(table.logicalName);
  const hasBody = body !== undefined && (given[body] !== undefined || given.filename !== undefined);
  const pictures = Object.keys(given).filter(
    // With its id it was settled before, from an upload.
    (name) => table.columns[name]?.type === 'Image' && given[`${name}id`] === undefined,
  );
  if (!hasBody && pictures.length === 0) return { values: given, keep: null };
  const values = { ...given };
  if (hasBody) await takeBody(transaction, table, values, body);
  const keeps: Keep[] = [];
  for (const column of pictures) keeps.push(await takePicture(transaction, table, values, column));
  return {
    values,
    keep: async (row) => {
      for (const keep of keeps) await keep(row);
    },
  };
}

async function takePicture(
  { files, now }: Transaction,
  table: Table,
  values: Written,
  column: string,
): Promise<Keep> {
  const given = values[column];
  if (typeof given !== 'string') {
    Object.assign(values, noPictureColumns(table, column));
    return (row) => files.removeOf(table, row, column);
  }
  const bytes = Buffer.from(given, 'base64');
  const definition = table.columns[column];
  if (definition)
    refuseTooLarge({ name: column, column, kind: 'binary', definition, nullable: true }, bytes.length);
  const format = formatOf(bytes);
  const [name, type] = [`${column}.${format?.extension ?? ''}`, format?.type ?? ''];
  const id = await files.begin({ table, row: null, column, name, type, owner: null });
  Object.assign(values, await pictureColumns(table, column, id, bytes, now));
  return async (row) => {
    const blocks: string[] = [];
    for (let start = 0; start < bytes.length; start += blockBytes) {
      blocks.push(String(start));
      await files.put(id, String(start), bytes.subarray(start, start + blockBytes));
    }
    await files.complete(id, blocks, { name, type, row });
  };
}

const blockBytes = 1_048_576;

async function takeBody(
  transaction: Transaction,
  table: Table,
  values: Written,
  body: string,
): Promise<void> {
  const limits = await readOrganizationLimits(transaction);
  const { filename } = values;
  if (typeof filename === 'string' && limits.blocked.has(extensionOf(filename)))
    throw new Refusal('fileBlocked');
  const given = values[body];
  if (given === undefined) return;
  const text = typeof given === 'string' ? given : '';
  if (text.length > limits.maxUploadBytes) throw new Refusal('fileTooLarge');
  const bytes = base64Bytes(text);
  if (bytes === null)
    throw new Refusal(
      'invalidArgument',
      `The column '${body}' of '${table.logicalName}' takes a text in base64.`,
    );
  if ('filesize' in table.columns) values.filesize = bytes;
  if ('isdocument' in table.columns) values.isdocument = text !== '';
}

/** How many bytes a base64 text stands for, null when it is none. */
export function base64Bytes(text: string): number | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}
