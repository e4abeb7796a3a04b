/** Files of notes and attachments by blocks: they come as those of file columns do, and end as base64 in the row's own text
 *  column. Source: webapi.md §15; published documentation, "Use file data with attachment and note records". */
import { type Guid, Refusal, type Table } from '../../tables/index.ts';
import { type Exchange, transact } from '../exchange.ts';
import { idOf, type OperationCall } from '../operation.ts';
import type { JsonObject } from '../parse/body.ts';
import { entityOf } from '../plan/entity.ts';
import type { RowParameter } from '../plan/parameters.ts';
import { planWrite } from '../plan/write.ts';
import { createRow, upsertRow } from '../write.ts';
import { printDownload } from './blocks.ts';
import { typeOfName } from './name.ts';
import { readOrganizationLimits } from './organization.ts';
import { readFilePlace } from './place.ts';
import { base64Bytes, bodies } from './row-content.ts';
import { readUpload, refuseBlocked } from './stage.ts';

const bodyOf = (table: Table): string => {
  const name = bodies.get(table.logicalName);
  if (name === undefined) throw new TypeError(`rows of ${table.logicalName} have no body`);
  return name;
};

/** The row that a message is about. Refuses invalidArgument for one of another table. */
function targetOf({ parameters }: OperationCall, table: Table): RowParameter {
  const target = parameters.row('Target');
  if (target?.entity.table.logicalName !== table.logicalName)
    throw new Refusal('invalidArgument', `The Target must be a row of the table '${table.logicalName}'.`);
  return target;
}

const textIn = (body: JsonObject, name: string): string | null => {
  const value = body[name];
  return typeof value === 'string' ? value : null;
};

/** Begins an upload for a row that is there or is yet to be made. Gives the token.
 *  Refuses fileBlocked, recordNotFound, privilegeMissing, invalidArgument. */
export async function beginBody(call: OperationCall, table: Table): Promise<Guid> {
  const target = targetOf(call, table);
  const { exchange } = call;
  const name = textIn(target.body, 'filename') ?? '';
  await refuseBlocked(exchange, name);
  return transact(exchange, async (transaction) => {
    // What may not be changed is refused before anything comes.
    if (target.id !== null) await transaction.lock(table, target.id);
    const [column, type] = [bodyOf(table), typeOfName(name)];
    return transaction.files.begin({ table, row: null, column, name, type, owner: exchange.caller.userId });
  });
}

/** Makes the uploaded blocks, in the order of the list, the file of the row that the target says, which is made where it is
 *  not there. Gives its id and the file's size.
 *  Refuses invalidArgument, privilegeMissing, fileTooLarge, fileBlocked, and what a write of the row refuses. */
export async function commitBody(
  call: OperationCall,
  table: Table,
): Promise<{ readonly id: Guid; readonly size: number }> {
  const { exchange, parameters } = call;
  const target = targetOf(call, table);
  const upload = await readUpload(exchange, parameters.text('FileContinuationToken') ?? undefined);
  if (upload.table !== table.logicalName || upload.column !== bodyOf(table))
    throw new Refusal('invalidArgument', 'The FileContinuationToken is of another upload.');
  const blocks = parameters.texts('BlockList');
  return transact(exchange, async (transaction) => {
    if ((await transaction.files.lock(upload.id))?.complete !== false)
      throw new Refusal('invalidArgument', 'The token names no upload that is under way.');
    const { name, type } = upload;
    const size = await transaction.files.complete(upload.id, blocks, { name, type });
    const { maxUploadBytes } = await readOrganizationLimits(transaction);
    if (Math.ceil(size / 3) * 4 > maxUploadBytes) throw new Refusal('fileTooLarge');
    const bytes = await transaction.files.piece(upload.id, 0, size);
    await transaction.files.remove(upload.id);
    const { [table.primaryId]: _key, [bodyOf(table)]: _body, ...rest } = target.body;
    const given = { mimetype: type, ...rest, [bodyOf(table)]: bytes.toString('base64') };
    const plan = (operation: 'create' | 'update') => planWrite(target.entity, given, operation);
    if (target.id === null) return { id: await createRow(transaction, plan('create')), size };
    const writes = { table, create: () => plan('create'), update: () => plan('update') };
    await upsertRow(transaction, target.id, writes, { ifMatch: null, createOnly: false });
    return { id: target.id, size };
  });
}

/** Begins a download of a row's file. Refuses recordNotFound also for a row without one, privilegeMissing. */
export async function beginBodyDownload(call: OperationCall, table: Table): Promise<JsonObject> {
  const target = targetOf(call, table);
  const { exchange } = call;
  const { reader } = exchange.database;
  const id = await idOf(call, reader, 'Target', target);
  const row = await reader.row(table, id);
  const body = await readBody(exchange, table, id);
  const name: unknown = row?.filename;
  return {
    FileContinuationToken: printDownload({ table: table.logicalName, row: id, column: bodyOf(table) }),
    FileName: typeof name === 'string' ? name : null,
    FileSizeInBytes: base64Bytes(body) ?? 0,
  };
}

async function readBody(exchange: Exchange, table: Table, id: Guid): Promise<string> {
  const entity = entityOf(table);
  const property = entity.properties.get(bodyOf(table));
  if (property === undefined) throw new TypeError(`${table.logicalName} has no body`);
  const found = await readFilePlace(exchange, { root: entity, rootId: id, steps: [] }, property);
  if (typeof found?.value !== 'string' || found.value === '')
    throw new Refusal('fileNotFound', property.name, table.logicalName, id);
  return found.value;
}
