/** Bytes of files: kept in blocks beside the rows, so that neither a read of a row nor the change log carries them. A file
 *  is staged block by block under nobody's eyes, then becomes a row's in the transaction that changes the row. */
import { type Guid, Refusal, type Table } from '../tables/index.ts';
import { type Connection, runRows } from './run.ts';
import type { FileBlock, FileInfo, FileReader, FileTarget, FileWriter } from './store.ts';
import { newGuid } from './uuid.ts';

/** The tables of files. A block's `start` is its first byte's place in the file, set when the file is complete. Bytes are
 *  stored as they come, because a compressed value cannot be cut without unpacking all of it. */
export const fileStatements: readonly string[] = [
  `create table if not exists wirechief.file (
     id uuid primary key, "table" text not null, row uuid, "column" text not null, name text not null, type text not null,
     size int8 not null default 0, owner uuid, begun timestamptz not null default now(),
     complete bool not null default false)`,
  `create index if not exists file_row on wirechief.file (row)`,
  `create index if not exists file_staged on wirechief.file (begun) where not complete`,
  `create table if not exists wirechief.file_block (
     file uuid not null references wirechief.file on delete cascade, block text not null, start int8, bytes bytea not null,
     primary key (file, block))`,
  `alter table wirechief.file_block alter column bytes set storage external`,
];

/** How long an upload may take before what came of it is thrown away. */
const stagedFor = "interval '1 day'";
/** The most bytes one statement fetches. */
export const pieceBytes = 1_048_576;

/** Whether rows of the table may have files: its delete then looks for them. */
function keepsFiles(table: Table): boolean {
  return Object.values(table.columns).some(({ type }) => type === 'File' || type === 'Image');
}

const infoColumns = 'id, "table", row, "column", name, type, size, owner, complete';

function toInfo(found: readonly unknown[]): FileInfo {
  const [id, table, row, column, name, type, size, owner, complete] = found;
  return {
    id: String(id),
    table: String(table),
    row: row === null ? null : String(row),
    column: String(column),
    name: String(name),
    type: String(type),
    size: Number(size),
    owner: owner === null ? null : String(owner),
    complete: complete === true,
  };
}

/** Reads files on a connection. */
export function makeFileReader(connection: Connection): FileReader {
  const one = async (condition: string, values: readonly unknown[]): Promise<FileInfo | null> => {
    const text = `select ${infoColumns} from wirechief.file where ${condition}`;
    const [found] = await runRows(connection, { text, values });
    return found === undefined ? null : toInfo(found);
  };
  const piece = async (id: Guid, from: number, to: number): Promise<Buffer> => {
    const text = `select substring(bytes from greatest($2 - start, 0)::int4 + 1 for (least($3, start + length(bytes)) - greatest($2, start))::int4)
      from wirechief.file_block where file = $1 and start < $3 and start + length(bytes) > $2 order by start`;
    const rows = await runRows(connection, { text, values: [id, from, to], name: 'file_piece' });
    return Buffer.concat(rows.flatMap(([bytes]) => (Buffer.isBuffer(bytes) ? [bytes] : [])));
  };
  return {
    find: (id) => one('id = $1', [id]),
    of: (table, row, column) =>
      one(`row = $1 and "table" = $2 and "column" = $3 and complete`, [row, table.logicalName, column]),
    piece,
    async *read(id, from, to, size = pieceBytes) {
      for (let start = from; start < to; start += size)
        yield await piece(id, start, Math.min(start + size, to));
    },
    async blocks(id) {
      const text = 'select block, length(bytes) from wirechief.file_block where file = $1 order by block';
      const rows = await runRows(connection, { text, values: [id] });
      return rows.map(([block, length]): FileBlock => ({ block: String(block), length: Number(length) }));
    },
  };
}

/** Writes files on the connection of a transaction. */
export function makeFileWriter(connection: Connection, now: Date): FileWriter {
  const run = (text: string, values: readonly unknown[]) => runRows(connection, { text, values });
  const remove = async (id: Guid): Promise<void> => {
    await run('delete from wirechief.file where id = $1', [id]);
  };
  return {
    ...makeFileReader(connection),
    async begin(target: FileTarget) {
      const id = newGuid();
      const { table, row, column, name, type, owner } = target;
      await run(`delete from wirechief.file where not complete and begun < $1::timestamptz - ${stagedFor}`, [
        now,
      ]);
      await run(
        'insert into wirechief.file (id, "table", row, "column", name, type, owner, begun) values ($1, $2, $3, $4, $5, $6, $7, $8)',
        [id, table.logicalName, row, column, name, type, owner, now],
      );
      return id;
    },
    async lock(id) {
      const [found] = await run(`select ${infoColumns} from wirechief.file where id = $1 for update`, [id]);
      return found === undefined ? null : toInfo(found);
    },
    async put(id, block, bytes) {
      // The lock waits for whoever completes the file: from then on its bytes stay as they were checked.
      const [put] = await run(
        `insert into wirechief.file_block (file, block, bytes)
         select f.id, $2, $3::bytea from wirechief.file f where f.id = $1 and not f.complete for share
         on conflict (file, block) do update set bytes = excluded.bytes returning 1`,
        [id, block, bytes],
      );
      if (put === undefined)
        throw new Refusal('invalidArgument', 'The token names no upload that is under way.');
    },
    async complete(id, blocks, about) {
      const [placed] = await run(
        `with listed as (select block, ord from unnest($2::text[]) with ordinality l(block, ord)),
              placed as (select b.block, sum(length(b.bytes)) over (order by l.ord) - length(b.bytes) as start
                         from listed l join wirechief.file_block b on b.file = $1 and b.block = l.block),
              moved as (update wirechief.file_block b set start = p.start from placed p
                        where b.file = $1 and b.block = p.block returning length(b.bytes) as length)
         select count(*), coalesce(sum(length), 0) from moved`,
        [id, blocks],
      );
      if (Number(placed?.[0]) !== blocks.length)
        throw new Refusal(
          'invalidArgument',
          'The list of blocks names one that was not uploaded, or names one twice.',
        );
      const size = Number(placed?.[1]);
      await run('delete from wirechief.file_block where file = $1 and start is null', [id]);
      const [done] = await run(
        `update wirechief.file set complete = true, size = $2, name = $3, type = $4, row = coalesce(row, $5) where id = $1
         returning row, "table", "column"`,
        [id, size, about.name, about.type, about.row ?? null],
      );
      // What the column held before goes.
      await run(
        `delete from wirechief.file where row = $1 and "table" = $2 and "column" = $3 and complete and id <> $4`,
        [...(done ?? []), id],
      );
      return size;
    },
    remove,
    async removeOf(table, row, column) {
      await run(`delete from wirechief.file where row = $1 and "table" = $2 and "column" = $3 and complete`, [
        row,
        table.logicalName,
        column,
      ]);
    },
  };
}

/** Throws away every file of a row that is being deleted. */
export async function removeFilesOf(connection: Connection, table: Table, row: Guid): Promise<void> {
  if (!keepsFiles(table)) return;
  await runRows(connection, {
    text: 'delete from wirechief.file where row = $1 and "table" = $2',
    values: [row, table.logicalName],
    name: 'files_of_row',
  });
}
