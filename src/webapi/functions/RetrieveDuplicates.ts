import { Refusal, type Table, tables } from '../../tables/index.ts';
import { duplicatesStatement, type Subject } from '../duplicates/find.ts';
import { publishedRules } from '../duplicates/rules.ts';
import { runRead } from '../exchange.ts';
import { idOf, type OperationCall, type Perform } from '../operation.ts';
import type { Expression, Literal, Operand } from '../parse/ast.ts';
import type { JsonObject } from '../parse/body.ts';
import { noOptions } from '../parse/options.ts';
import { pageLimit, parsePrefer } from '../parse/prefer.ts';
import { entityOf } from '../plan/entity.ts';
import type { RowParameter } from '../plan/parameters.ts';
import { planWrite } from '../plan/write.ts';

/** The rows that repeat a row, by the published rules for its table and theirs. The row may be there, in which case its
 *  own values stand for those not given, or be values alone.
 *  Shape: {BusinessEntity: row, MatchingEntityName: logical name, PagingInfo?: {PageNumber, Count}} → the rows the caller
 *  may read, whole, in order of their keys. Refuses invalidArgument, privilegeMissing. Source: webapi.md §11; published
 *  function reference. */
export const RetrieveDuplicates: Perform = async (call) => {
  const { exchange, parameters, root } = call;
  const given = parameters.row('BusinessEntity');
  if (given === null) throw new TypeError('the parameter BusinessEntity was not asked for');
  const matching = namedTable(parameters.text('MatchingEntityName') ?? '');
  const page = pageOf(parameters.object('PagingInfo'));
  const { table } = given.entity;
  const { access } = exchange.asker;
  const readable = access.rule(matching, 'read');
  const rules = await publishedRules(exchange.guarding.sharing, table, matching);
  const context = {
    '@odata.context': `${root}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)`,
  };
  if (rules.length === 0) return { ...context, value: [] };
  const { reader } = exchange.database;
  const subject: Subject = {
    id: await idIn(call, given),
    values: planWrite(given.entity, withoutKey(given), 'update').values,
    rule: access.rule(table, 'read'),
  };
  const found = await reader.query(duplicatesStatement(rules, subject, readable, page));
  const value = await rowsOf(
    call,
    matching,
    found.map(({ id }) => String(id)),
  );
  return { ...context, value };
};

function namedTable(name: string): Table {
  const table = tables.get(name);
  if (table === undefined)
    throw new Refusal('invalidArgument', `There is no table with the logical name '${name.slice(0, 100)}'.`);
  return table;
}

/** The id of the row, where it is named; it need not be there. */
async function idIn(call: OperationCall, row: RowParameter): Promise<string | null> {
  if (row.id !== null || row.place === null) return row.id;
  return idOf(call, call.exchange.database.reader, 'BusinessEntity', row);
}

function withoutKey({ entity, body }: RowParameter): JsonObject {
  const { [entity.key.name]: _key, ...rest } = body;
  return rest;
}

/** Source: published type reference, PagingInfo. */
function pageOf(info: JsonObject | null): { readonly limit: number; readonly offset: number } {
  const number = (name: string, otherwise: number): number => {
    const value = info?.[name] ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000)
      return value || otherwise;
    throw new Refusal('invalidArgument', `The member '${name}' of PagingInfo must be a whole number.`);
  };
  const limit = Math.min(number('Count', pageLimit), pageLimit);
  return { limit, offset: Math.min((number('PageNumber', 1) - 1) * limit, 2_000_000_000) };
}

/** The rows of these ids, whole, as the caller may read them. */
async function rowsOf(
  { exchange }: OperationCall,
  table: Table,
  ids: readonly string[],
): Promise<JsonObject[]> {
  if (ids.length === 0) return [];
  const literal = (value: Literal): Operand => ({ kind: 'literal', literal: value });
  const filter: Expression = {
    kind: 'query',
    name: 'In',
    args: [
      ['PropertyName', literal({ type: 'string', value: table.primaryId })],
      ['PropertyValues', literal({ type: 'list', items: ids.map((value) => ({ type: 'guid', value })) })],
    ],
  };
  const place = { root: entityOf(table), rootId: null, steps: [] };
  const { row } = await runRead(
    exchange,
    { kind: 'rows', place, property: null, suffix: null },
    exchange.database.reader,
    { ...exchange.request, options: { ...noOptions, filter }, preferences: parsePrefer(undefined) },
  );
  const rows = JSON.parse(`[${row?.value ?? ''}]`) as JsonObject[];
  return rows.map((one) => ({ '@odata.type': `#Microsoft.Dynamics.CRM.${table.logicalName}`, ...one }));
}
