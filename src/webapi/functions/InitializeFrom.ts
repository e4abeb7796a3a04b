import { Refusal, type Row, type Table, tables } from '../../tables/index.ts';
import { idOf, type Perform } from '../operation.ts';
import type { Json } from '../parse/body.ts';
import { type Entity, entityOf, type Navigation } from '../plan/entity.ts';

/** The lookups by which a row made from another hangs on it, the first that fits. */
const parentLookups: readonly string[] = [
  ...['parentaccountid', 'parentcustomerid', 'customerid', 'parentcaseid', 'regardingobjectid', 'objectid'],
];

/** The columns that the maps of accounts and contacts copy: their postal address and main number. */
const copied: readonly string[] = [
  ...['line1', 'line2', 'line3', 'city', 'stateorprovince', 'postalcode', 'country', 'county', 'name'].map(
    (part) => `address1_${part}`,
  ),
  'telephone1',
];
const customers: ReadonlySet<string> = new Set(['account', 'contact']);

/** A new row, not saved, made from one that is there: it hangs on it, has its currency, and between accounts and contacts
 *  its address.
 *  Shape: {EntityMoniker: row, TargetEntityName: logical name, TargetFieldType} → the columns and binds of the new row,
 *  with @odata.type. Refuses recordNotFound, invalidArgument for a table that is not there, and notImplemented for two
 *  tables between which no lookup leads. Source: webapi.md §11. */
export const InitializeFrom: Perform = async (call) => {
  const { exchange, parameters, root } = call;
  const source = parameters.row('EntityMoniker');
  if (source === null) throw new TypeError('the parameter EntityMoniker was not asked for');
  const name = parameters.text('TargetEntityName') ?? '';
  const table = tables.get(name);
  if (table === undefined)
    throw new Refusal('invalidArgument', `There is no table with the logical name '${name.slice(0, 100)}'.`);
  const { reader } = exchange.database;
  const from = source.entity.table;
  const id = await idOf(call, reader, 'EntityMoniker', source);
  const row = await reader.row(from, id);
  if (row === null) throw new Refusal('recordNotFound', from.logicalName, id);
  const target = entityOf(table);
  const parent = parentNavigation(target, from);
  if (parent === undefined)
    throw new Refusal(
      'notImplemented',
      `InitializeFrom of '${from.logicalName}' to '${name}' is not implemented: no lookup leads from one to the other.`,
    );
  return {
    '@odata.context': `${root}/$metadata#${table.entitySetName}/$entity`,
    '@odata.type': `#Microsoft.Dynamics.CRM.${name}`,
    [`${parent.name}@odata.bind`]: `${from.entitySetName}(${id})`,
    ...currencyOf(target, row),
    ...copies(target, from, row, parameters.text('TargetFieldType') ?? 'All'),
  };
};

function parentNavigation({ navigations }: Entity, from: Table): Navigation | undefined {
  const fitting = [...navigations.values()].filter(({ targets }) => targets.includes(from));
  for (const column of parentLookups) {
    const found = fitting.find((navigation) => navigation.column === column);
    if (found !== undefined) return found;
  }
  return undefined;
}

function currencyOf({ navigations }: Entity, row: Row<Table>): Record<string, Json> {
  const id: unknown = row.transactioncurrencyid;
  const navigation = [...navigations.values()].find(({ column }) => column === 'transactioncurrencyid');
  if (typeof id !== 'string' || navigation === undefined) return {};
  return { [`${navigation.name}@odata.bind`]: `transactioncurrencies(${id})` };
}

function copies({ table }: Entity, from: Table, row: Row<Table>, fields: string): Record<string, Json> {
  if (!customers.has(table.logicalName) || !customers.has(from.logicalName)) return {};
  const isWanted = (column: string): boolean => {
    const definition = table.columns[column];
    if (definition === undefined) return false;
    if (fields === 'ValidForCreate') return !definition.noCreate;
    if (fields === 'ValidForUpdate') return !definition.noUpdate;
    return fields !== 'ValidForRead' || !definition.noRead;
  };
  const values: Record<string, Json> = {};
  for (const column of copied) {
    const value: unknown = row[column];
    if (typeof value === 'string' && isWanted(column)) values[column] = value;
  }
  return values;
}
