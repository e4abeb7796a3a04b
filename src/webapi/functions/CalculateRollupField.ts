import { Refusal } from '../../tables/index.ts';
import { idOf, type Perform } from '../operation.ts';

/** Calculates a rollup column of a row anew. No column of the tables here is one, nor can one be made, so that nothing is
 *  ever calculated.
 *  Shape: {Target: row, FieldName} → refuses invalidArgument; before that recordNotFound, privilegeMissing and
 *  propertyNotFound. Source: webapi.md §11; published function reference. */
export const CalculateRollupField: Perform = async (call) => {
  const { exchange, parameters } = call;
  const target = parameters.row('Target');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  const { table } = target.entity;
  const name = parameters.text('FieldName') ?? '';
  const { reader } = exchange.database;
  const id = await idOf(call, reader, 'Target', target);
  if ((await reader.row(table, id)) === null) throw new Refusal('recordNotFound', table.logicalName, id);
  if (!Object.hasOwn(table.columns, name))
    throw new Refusal('propertyNotFound', name.slice(0, 100), table.logicalName);
  throw new Refusal(
    'invalidArgument',
    `The column '${name}' of '${table.logicalName}' is not a rollup column.`,
  );
};
