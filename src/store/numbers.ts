/** Telephone numbers in E.164 beside the numbers as they were written. How one becomes the other is handed in; the store
 *  only keeps the two together. Source: behaviour.md §3.2. */
import { tables } from '../tables/index.ts';
import { e164Column, phoneColumns } from '../tables/phone-columns.ts';
import { quote, sqlTable } from './columns.ts';
import { type Connection, runRows } from './run.ts';
import type { Change } from './store.ts';

/** A number as somebody wrote it → E.164; null when it is none. */
export type E164 = (number: string) => string | null;

/** How numbers become E.164. `version`: another one makes the rows that are there be looked at again. `country`: the
 *  organization's `defaultcountrycode`, as it stands there. */
export interface Numbering {
  readonly version: string;
  readonly normalise: (number: string, country: string | null) => string | null;
}

/** A number that is written internationally, with its spaces, hyphens and brackets taken out. */
export const international: E164 = (number) => {
  const bare = number.replace(/[\s().-]/g, '');
  return /^\+[1-9][0-9]{6,14}$/.test(bare) ? bare : null;
};

/** Numbers that need no country to be understood. */
export const internationally: Numbering = { version: 'international', normalise: international };

const rowsAtOnce = 1_000;

/** The numbers of one database, with its organization's country. */
export class Numbers {
  readonly #numbering: Numbering;
  #country: string | null = null;
  #keeping: Promise<void> = Promise.resolve();

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
  }

  readonly e164: E164 = (number) => this.#numbering.normalise(number, this.#country);

  /** Learns the country; when it or the numbering is another than the rows were written with, brings them after it,
   *  a thousand at a time. A row that is written meanwhile keeps what its writer gave it. */
  keep(connection: Connection): Promise<void> {
    this.#keeping = this.#keeping.catch(() => undefined).then(() => this.#keep(connection));
    return this.#keeping;
  }

  /** Keeps the rows after an organization that moves to another country. */
  hear(changes: readonly Change[], connection: Connection, report: (fault: unknown) => void): void {
    const moves = changes.some(
      ({ table, after }) => table === 'organization' && after !== null && 'defaultcountrycode' in after,
    );
    if (moves) void this.keep(connection).catch(report);
  }

  async #keep(connection: Connection): Promise<void> {
    const [found] = await runRows(connection, {
      text: `select (select "defaultcountrycode" from "dataverse"."organization" order by "organizationid" limit 1),
        (select value from wirechief.meta where key = 'numbers')`,
      values: [],
    });
    const [country, mark] = found ?? [];
    this.#country = typeof country === 'string' && country.trim() !== '' ? country.trim() : null;
    const wanted = `${this.#numbering.version} ${this.#country ?? ''}`;
    if (mark === wanted) return;
    for (const [table, columns] of Object.entries(phoneColumns))
      for (const column of columns) await this.#bringUpToDate(connection, table, column);
    await runRows(connection, {
      text: `insert into wirechief.meta values ('numbers', $1) on conflict (key) do update set value = excluded.value`,
      values: [wanted],
    });
  }

  async #bringUpToDate(connection: Connection, name: string, column: string): Promise<void> {
    const table = tables.get(name);
    if (table === undefined) return;
    const [key, written, number] = [table.primaryId, column, e164Column(column)].map(quote);
    let last = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await runRows(connection, {
        text: `select ${key}, ${written}, ${number} from ${sqlTable(table)}
          where ${key} > $1 and ${written} is not null order by ${key} limit ${rowsAtOnce}`,
        values: [last],
      });
      const changed = rows
        .map(([id, text, kept]) => ({ id, text, kept, wanted: this.e164(String(text)) }))
        .filter(({ kept, wanted }) => kept !== wanted);
      if (changed.length > 0)
        await runRows(connection, {
          text: `update ${sqlTable(table)} t set ${number} = u.number
            from unnest($1::uuid[], $2::text[], $3::text[]) as u(id, written, number)
            where t.${key} = u.id and t.${written} = u.written`,
          values: [
            changed.map(({ id }) => id),
            changed.map(({ text }) => text),
            changed.map((one) => one.wanted),
          ],
        });
      if (rows.length < rowsAtOnce) return;
      last = String(rows.at(-1)?.[0]);
    }
  }
}
