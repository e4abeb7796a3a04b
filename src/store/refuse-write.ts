/** Why a write did not happen: the statements that write say only that a row is not there; these look for the reason. */
import { type Guid, Refusal, type Table, tables } from '../tables/index.ts';
import { rowStatement } from './read.ts';
import type { Reader, Statement, Where } from './store.ts';
import { keyTaken } from './taken-key.ts';
import { defaultsOf, type Written } from './values.ts';
import { type Target, targetsThere } from './write.ts';

type Pointed = Omit<Target, 'name'>;
type Run = (statement: Statement) => Promise<unknown[][]>;

/** Refuses recordNotFound of the first target that is not there; nothing when all are. */
export async function refuseMissing(run: Run, targets: readonly Pointed[]): Promise<void> {
  const statement = targetsThere(targets);
  if (statement === null) return;
  const there = new Set((await run(statement)).map(([place]) => Number(place)));
  targets.forEach(({ target, id }, i) => {
    if (tables.has(target) && !there.has(i)) throw new Refusal('recordNotFound', target, id);
  });
}

/** Says why an update found no row: refuses recordNotFound, versionMismatch. Comes back, with the row locked, when another
 *  transaction made it just now. */
export async function refuseUpdate(
  run: Run,
  { table, id, targets }: { readonly table: Table; readonly id: Guid; readonly targets: readonly Pointed[] },
  version?: string,
): Promise<void> {
  const [row] = await run(rowStatement(table, id, 'lock'));
  if (row === undefined) throw new Refusal('recordNotFound', table.logicalName, id);
  await refuseMissing(run, targets);
  if (version !== undefined) throw new Refusal('versionMismatch');
}

/** Refuses a new row whose key, or the values of an alternate one, another row has: recordExists, keyValuesTaken. */
export async function refuseTaken(
  run: Run,
  rows: Reader['rows'],
  table: Table,
  row: Readonly<Written>,
): Promise<never> {
  const [there] = await run(rowStatement(table, String(row[table.primaryId])));
  if (there === undefined)
    for (const key of table.keys ?? []) {
      const whole = { ...defaultsOf(table), ...row };
      const where = Object.fromEntries(key.columns.map((name) => [name, whole[name] ?? null]));
      if (Object.values(where).includes(null)) continue;
      const [other] = await rows<Table>(table, where as Where<Table>, { top: 1 });
      if (other !== undefined) throw keyTaken(table, key);
    }
  throw new Refusal('recordExists');
}

/** Refuses the targets of a bundle, one of which was not there: recordNotFound, unavailable. */
export async function refuseTargets(run: Run, targets: ReadonlyMap<string, readonly Guid[]>): Promise<never> {
  const all = [...targets].flatMap(([target, ids]) => ids.map((id) => ({ target, id })));
  await refuseMissing(run, all);
  throw new Refusal('unavailable', 'What a row points to was made meanwhile: try again.');
}
