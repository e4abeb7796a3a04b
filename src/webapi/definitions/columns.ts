/** Columns made, changed and deleted by requests. Source: webapi.md §13. */
import { type Column, type Definitions, Refusal, type Table } from '../../tables/index.ts';
import { attributeTypeOf } from '../metadata/describe-column.ts';
import type { JsonObject } from '../parse/body.ts';
import { invalid, needText, numberOf, typeNameOf } from './body.ts';
import { columnFrom, commonOf, withCompanions } from './column.ts';
import { type Change, modelOf, needTable, without, withTable } from './model.ts';
import { checkSchemaName, limits } from './names.ts';
import { currencyColumns, currencyRelationship } from './standard-columns.ts';

/** The definitions with a new column. Refuses definitionInvalid, definitionExists, definitionNotFound. */
export function withColumn(
  definitions: Definitions,
  tableName: string,
  body: JsonObject,
): { readonly definitions: Definitions; readonly name: string } {
  const schemaName = checkSchemaName(needText(body, 'SchemaName'), 'the column');
  const column = columnFrom(body, schemaName, definitions);
  return { definitions: withOwnColumn(definitions, tableName, column), name: schemaName.toLowerCase() };
}

/** The definitions with a column that is made already, and those that go with it. */
export function withOwnColumn(definitions: Definitions, tableName: string, column: Column): Definitions {
  const table = needTable(modelOf(definitions), tableName);
  if (table.isIntersect) return invalid(`${tableName} only joins two tables and takes no columns.`);
  const added = withCompanions(column.schemaName.toLowerCase(), column);
  for (const name of Object.keys(added))
    if (Object.hasOwn(table.columns, name))
      throw new Refusal('definitionExists', `A column with the name ${name} already exists on ${tableName}.`);
  if (Object.keys(table.columns).length + Object.keys(added).length > limits.columns)
    return invalid(`${tableName} has ${limits.columns} columns already, the most there may be.`);
  const needsCurrency = column.type === 'Money' && !('transactioncurrencyid' in table.columns);
  return withTable(definitions, tableName, (entry) => ({
    ...entry,
    columns: { ...entry.columns, ...added, ...(needsCurrency ? currencyColumns : {}) },
    relationships: needsCurrency
      ? [...entry.relationships, currencyRelationship(tableName)]
      : entry.relationships,
  }));
}

/** A column of the model. Refuses definitionNotFound. */
export function needColumn(table: Table, name: string): Column {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined)
    throw new Refusal('definitionNotFound', 'AttributeMetadata', `${table.logicalName}.${name}`);
  return column;
}

/** Replaces what may change of a column: labels, requirement, length and range. Its type and name stay; options have
 *  actions of their own. A built-in column keeps its length and range. Refuses definitionInvalid. */
export function replaceColumn(tableName: string, name: string, body: JsonObject): Change {
  return (current) => {
    const table = needTable(modelOf(current), tableName);
    const known = needColumn(table, name);
    const type = typeNameOf(body);
    if (type !== null && type !== attributeTypeOf(known.type))
      return invalid(
        `The type of ${name} is ${attributeTypeOf(known.type)} and cannot be changed to ${type}.`,
      );
    const { displayName: _, description: __, required, custom, ...rest } = known;
    const { custom: ___, ...common } = commonOf(
      required === 'SystemRequired' ? { ...body, RequiredLevel: null } : body,
    );
    const column: Column = {
      ...rest,
      ...common,
      ...(required === 'SystemRequired' ? { required } : {}),
      ...(custom ? { custom } : {}),
      ...measures(known, body),
    };
    return withTable(current, tableName, (entry) => ({
      ...entry,
      columns: { ...entry.columns, [name]: column },
    }));
  };
}

function measures(known: Column, body: JsonObject): Partial<Column> {
  const { maxLength, min, max, precision, precisionSource: source } = known;
  const most = known.type === 'Memo' ? 1_048_576 : 4000;
  const limit = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  const changed = {
    ...(maxLength === undefined
      ? {}
      : { maxLength: numberOf(body, 'MaxLength', { from: 1, to: most, whole: true }, maxLength) }),
    ...(min === undefined ? {} : { min: numberOf(body, 'MinValue', limit, min) }),
    ...(max === undefined || known.type === 'File' || known.type === 'Image'
      ? {}
      : { max: numberOf(body, 'MaxValue', limit, max) }),
    ...(precision === undefined
      ? {}
      : { precision: numberOf(body, 'Precision', { from: 0, to: 10, whole: true }, precision) }),
    ...(source === undefined
      ? {}
      : { precisionSource: numberOf(body, 'PrecisionSource', { from: 0, to: 2, whole: true }, source) }),
  };
  const same = Object.entries(changed).every(([key, value]) => known[key as keyof Column] === value);
  if (!same && !known.custom) return invalid('The length and range of a built-in column cannot be changed.');
  return changed;
}

/** Deletes a column that a request made, with what goes with it; of a lookup its relationships too.
 *  Refuses definitionInUse. */
export function deleteColumn(tableName: string, name: string): Change {
  return (current) => {
    const table = needTable(modelOf(current), tableName);
    const column = needColumn(table, name);
    if (!column.custom || name === table.primaryName)
      throw new Refusal(
        'definitionInUse',
        `The column ${name} is part of the system, or the primary name, and cannot be deleted.`,
      );
    const key = table.keys?.find(({ columns }) => columns.includes(name));
    if (key)
      throw new Refusal(
        'definitionInUse',
        `The column ${name} cannot be deleted while the key ${key.schemaName} uses it: delete that first.`,
      );
    const gone = Object.keys(withCompanions(name, column));
    return withTable(current, tableName, (entry) => ({
      ...entry,
      columns: without(entry.columns, gone),
      relationships: entry.relationships.filter((one) => one.column !== name),
    }));
  };
}
