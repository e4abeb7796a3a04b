import { Refusal } from '../../tables/index.ts';
import { idOf, type Perform } from '../operation.ts';

/** Whether a row may go to a state and status: the state is one of its table, by name, and the status belongs to it. No
 *  table has transition rules of its own.
 *  Shape: {Entity: row, NewState: name of a state, NewStatus: number} → {IsValid}. Refuses recordNotFound, and
 *  invalidArgument for a table without states. Source: webapi.md §11; the tables' stateTransitions. */
export const IsValidStateTransition: Perform = async (call) => {
  const { exchange, parameters } = call;
  const row = parameters.row('Entity');
  if (row === null) throw new TypeError('the parameter Entity was not asked for');
  const { table } = row.entity;
  const { reader } = exchange.database;
  const id = await idOf(call, reader, 'Entity', row);
  if ((await reader.row(table, id)) === null) throw new Refusal('recordNotFound', table.logicalName, id);
  const states = table.columns.statecode?.options;
  const statuses = table.columns.statuscode?.options;
  if (states === undefined || statuses === undefined)
    throw new Refusal('invalidArgument', `Rows of the table '${table.logicalName}' have no states.`);
  const name = parameters.text('NewState')?.toLowerCase();
  const state = states.find(({ label }) => label.toLowerCase() === name);
  const status = statuses.find(({ value }) => value === parameters.number('NewStatus'));
  return { IsValid: state !== undefined && status !== undefined && status.state === state.value };
};
