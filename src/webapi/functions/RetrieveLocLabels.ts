import { Refusal } from '../../tables/index.ts';
import { localizableColumn } from '../metadata/localizable.ts';
import { label } from '../metadata/parts.ts';
import { idOf, type Perform } from '../operation.ts';

/** The labels of a row's text in every language, of which there is one.
 *  Shape: {EntityMoniker: row, AttributeName, IncludeUnpublished} → {Label}. Refuses recordNotFound, privilegeMissing,
 *  accessDenied, and invalidArgument for a column without labels. Source: webapi.md §11; published function reference. */
export const RetrieveLocLabels: Perform = async (call) => {
  const { exchange, parameters } = call;
  const given = parameters.row('EntityMoniker');
  if (given === null) throw new TypeError('the parameter EntityMoniker was not asked for');
  const { table } = given.entity;
  const name = parameters.text('AttributeName') ?? '';
  localizableColumn(table, name);
  const { reader } = exchange.database;
  const id = await idOf(call, reader, 'EntityMoniker', given);
  const row = await reader.row(table, id);
  if (row === null) throw new Refusal('recordNotFound', table.logicalName, id);
  const text: unknown = row[name];
  return {
    Label: label(typeof text === 'string' ? text : null, `${table.logicalName} ${id} ${name}`, false),
  };
};
