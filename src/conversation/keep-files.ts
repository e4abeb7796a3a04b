/** Files of a decision, put to the columns of their rows in the transaction that writes the rows. */
import type { Guid, Table } from '../tables/index.ts';
import type { FileWrite } from './decision.ts';

/** What of a transaction it takes. */
export interface FileKeeper {
  readonly files: {
    begin(target: {
      readonly table: Table;
      readonly row: Guid | null;
      readonly column: string;
      readonly name: string;
      readonly type: string;
      readonly owner: Guid<'systemuser'> | null;
    }): Promise<Guid>;
    put(id: Guid, block: string, bytes: Buffer): Promise<void>;
    complete(
      id: Guid,
      blocks: readonly string[],
      about: { readonly name: string; readonly type: string },
    ): Promise<number>;
  };
  update(table: Table, id: Guid, values: { readonly [column: string]: string }): Promise<void>;
}

/** The most that one block of a file may be, bytes. */
const blockBytes = 4 * 1024 * 1024;

/** Keeps them; a file that a column held before is replaced. */
export async function keepFiles(keeper: FileKeeper, files: readonly FileWrite[]): Promise<void> {
  for (const { table, row, column, name, type, bytes } of files) {
    const file = await keeper.files.begin({ table, row, column, name, type, owner: null });
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const blocks: string[] = [];
    for (let from = 0; from < whole.length || blocks.length === 0; from += blockBytes) {
      const block = String(blocks.length).padStart(8, '0');
      await keeper.files.put(file, block, whole.subarray(from, from + blockBytes));
      blocks.push(block);
    }
    await keeper.files.complete(file, blocks, { name, type });
    const shown = `${column}_name`;
    await keeper.update(table, row, {
      [column]: file,
      ...(Object.hasOwn(table.columns, shown) ? { [shown]: name } : {}),
    });
  }
}
