/** What a decision consists of, and the sheet on which it is written down. */
import { msdyn_liveconversation } from '../tables/dataverse/index.ts';
import type { Guid, Table, Values } from '../tables/index.ts';
import { ownConversation } from '../tables/wirechief/node-columns.ts';
import type { CallEffect } from './call-control.ts';
import type { LaterEvent } from './internal-events.ts';
import { mirror } from './mirror.ts';

/** A row to be made or changed. Values are columns of the table, null to clear. `conversation`: which it belongs to, where
 *  several are written at once. */
export interface Write {
  readonly operation: 'create' | 'update';
  readonly table: Table;
  readonly id: Guid;
  readonly values: { readonly [column: string]: unknown };
  readonly conversation?: Guid<'msdyn_ocliveworkitem'>;
}

/** A file to be kept in a column of a row. */
export interface FileWrite {
  readonly table: Table;
  readonly row: Guid;
  readonly column: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A timer to be set (replacing one of the same key) or, without `due`, cancelled. */
export interface TimerChange {
  readonly key: string;
  readonly due: Date | null;
  readonly event: LaterEvent | null;
}

/** Everything that is to happen: writes and timers in the transaction, effects after commit, then `workAvailable`:
 *  somebody may fit waiting work. `home`: the server process that has the call, where the effects are done; null: every
 *  one is told, because nobody has it. `reserves`: the person whose capacity is taken, who must be locked before the writes
 *  are made. */
export interface Decision {
  readonly writes: readonly Write[];
  readonly timers: readonly TimerChange[];
  readonly effects: readonly CallEffect[];
  readonly files: readonly FileWrite[];
  readonly home: string | null;
  readonly workAvailable: boolean;
  readonly reserves: Guid<'systemuser'> | null;
  readonly notes: readonly string[];
}

/** A row being written. */
interface Sheet {
  readonly table: Table;
  readonly id: string;
  readonly values: { [column: string]: unknown };
}

/** The sheet. Creates keep their order and come first; all changes of one row are one update, made after every create,
 *  so that rows may point to each other. A change of a row made here goes into its create. */
export class Draft {
  readonly now: Date;
  readonly #newId: () => string;
  readonly #creates = new Map<string, Sheet>();
  readonly #updates = new Map<string, Sheet>();
  readonly #timers = new Map<string, TimerChange>();
  readonly #effects: CallEffect[] = [];
  readonly #files: FileWrite[] = [];
  readonly notes: string[] = [];
  home: string | null = null;
  workAvailable = false;
  reserves: Guid<'systemuser'> | null = null;

  constructor(now: Date, newId: () => string) {
    this.now = now;
    this.#newId = newId;
  }

  /** Makes a row; without an id in `values` it gets a new one. Returns the id. */
  create<T extends Table>(table: T, values: Values<T>, given?: string): Guid<T['logicalName']> {
    const id: string = given ?? this.#newId();
    this.#creates.set(`${table.logicalName} ${id}`, {
      table,
      id,
      values: { [table.primaryId]: id, ...values },
    });
    return id;
  }

  update<T extends Table>(table: T, id: string, values: Values<T>): void {
    const key = `${table.logicalName} ${id}`;
    const made = this.#creates.get(key);
    if (made) {
      Object.assign(made.values, values);
      return;
    }
    const row = this.#updates.get(key) ?? { table, id, values: {} };
    Object.assign(row.values, values);
    this.#updates.set(key, row);
  }

  /** Changes the conversation and its ongoing conversation alike (mission row S3.3). */
  conversation(id: string, values: Values<typeof ownConversation>): void {
    const whole = { ...values, msdyn_modifiedon: this.now };
    this.update(ownConversation, id, whole);
    this.update(msdyn_liveconversation, id, mirror(whole));
  }

  /** Whether this decision makes the row. */
  makes(table: Table, id: string): boolean {
    return this.#creates.has(`${table.logicalName} ${id}`);
  }

  /** Whether this decision makes the row inactive. */
  ends(table: Table, id: string): boolean {
    return this.#updates.get(`${table.logicalName} ${id}`)?.values.statecode === 1;
  }

  /** A new id, for what is made by an effect. */
  id(): string {
    return this.#newId();
  }

  /** Keeps a file in a column of a row that is there or is made here. */
  file(file: FileWrite): void {
    this.#files.push(file);
  }

  /** What this decision writes into the row so far; null when nothing. */
  values<T extends Table>(table: T, id: string): Values<T> | null {
    const key = `${table.logicalName} ${id}`;
    const rows = [this.#creates.get(key), this.#updates.get(key)].flatMap((row) => (row ? [row.values] : []));
    // The sheet only takes values of the table's own columns.
    return rows.length === 0 ? null : (Object.assign({}, ...rows) as Values<T>);
  }

  /** Whether this decision writes anything so far. */
  writes(): boolean {
    return this.#creates.size > 0 || this.#updates.size > 0;
  }

  /** The rows of a table that this decision makes, in their order. */
  made<T extends Table>(table: T): readonly { readonly id: string; readonly values: Values<T> }[] {
    return ofTable(this.#creates, table);
  }

  /** The rows of a table that this decision changes, apart from what it says of those it makes when making them. */
  changed<T extends Table>(table: T): readonly { readonly id: string; readonly values: Values<T> }[] {
    return ofTable(this.#updates, table);
  }

  effect(effect: CallEffect): void {
    this.#effects.push(effect);
  }

  setTimer(key: string, due: Date, event: LaterEvent): void {
    this.#timers.set(key, { key, due, event });
  }

  cancelTimer(key: string): void {
    this.#timers.set(key, { key, due: null, event: null });
  }

  decision(): Decision {
    return {
      writes: [
        ...[...this.#creates.values()].map((row): Write => ({ operation: 'create', ...row })),
        ...[...this.#updates.values()].map((row): Write => ({ operation: 'update', ...row })),
      ],
      timers: [...this.#timers.values()],
      effects: this.#effects,
      files: this.#files,
      home: this.home,
      workAvailable: this.workAvailable,
      reserves: this.reserves,
      notes: this.notes,
    };
  }
}

function ofTable<T extends Table>(
  sheets: ReadonlyMap<string, Sheet>,
  table: T,
): readonly { readonly id: string; readonly values: Values<T> }[] {
  const rows = [...sheets.values()].filter((row) => row.table === table);
  return rows.map(({ id, values }) => ({ id, values: values as Values<T> }));
}
