import { Refusal, type Table, tables } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';
import { entityOf } from '../plan/entity.ts';
import { Planning } from '../plan/filter.ts';
import { sourceText } from '../sql/source.ts';
import { Values } from '../sql/text.ts';

/** How many rows tables hold, beyond the 5,000 that $count tells. The product gives a figure of the last 24 hours; this
 *  one is counted now, over the rows that the caller may read.
 *  Shape: {EntityNames: logical names} → {EntityRecordCountCollection}, in the same order. Refuses invalidArgument for
 *  a table that is not there. Source: webapi.md §11. */
export const RetrieveTotalRecordCount: Perform = async ({ exchange, parameters }) => {
  const names = parameters.texts('EntityNames');
  // Each table once: a count reads all of its rows.
  const found = [...new Set(names.map(tableOf))];
  const counts = new Map<string, number>();
  if (found.length > 0) {
    const planning = new Planning(new Map(), exchange.asker);
    const values = new Values();
    const parts = found.map((table, place) => {
      const { alias, rule } = planning.scope(entityOf(table));
      return `(select count(*) from ${sourceText(table, alias, rule, values)}) as "n${place}"`;
    });
    const text = `select ${parts.join(', ')}`;
    const [row] = await exchange.database.reader.query({ text, values: values.list });
    for (const [place, { logicalName }] of found.entries())
      counts.set(logicalName, Number(row?.[`n${place}`] ?? 0));
  }
  return {
    EntityRecordCountCollection: {
      Count: names.length,
      IsReadOnly: false,
      Keys: names,
      Values: names.map((name) => counts.get(name) ?? 0),
    },
  };
};

function tableOf(name: string): Table {
  const table = tables.get(name);
  if (table === undefined)
    throw new Refusal(
      'invalidArgument',
      `The entity with a name = '${name.slice(0, 100)}' was not found: EntityNames takes logical names.`,
    );
  return table;
}
