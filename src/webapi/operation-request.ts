import { Refusal } from '../tables/index.ts';
import { Checks } from './access/checks.ts';
import type { ApiResponse } from './api.ts';
import type { Exchange } from './exchange.ts';
import { locate } from './locate.ts';
import { handlers } from './operations.ts';
import type { Arguments, Operand } from './parse/ast.ts';
import type { Json, JsonObject } from './parse/body.ts';
import { type Address, entityAt, isSingle, type Place } from './plan/address.ts';
import { readParameters } from './plan/parameters.ts';
import { literalJson } from './plan/value.ts';
import { jsonResponse, noContent } from './response.ts';

/** Answers a function or an action. Refuses segmentNotFound for a table it is not bound to, methodNotFound,
 *  notImplemented for what the product has and we do not, what its parameters refuse, and what it refuses itself.
 *  Source: webapi.md §3, §11, §12. */
export async function answerOperation(
  exchange: Exchange,
  address: Address & { kind: 'operation' },
): Promise<ApiResponse> {
  const { request, caller, engine } = exchange;
  const { name, operation, place } = address;
  if (place && operation.tables && !operation.tables.includes(entityAt(place).table.logicalName))
    throw new Refusal('segmentNotFound', `Microsoft.Dynamics.CRM.${name}`);
  const method = operation.kind === 'function' ? 'GET' : 'POST';
  if (request.method !== method) throw new Refusal('methodNotFound', request.url);
  const perform = handlers.get(name);
  if (!operation.served || !perform)
    throw new Refusal('notImplemented', `The ${operation.kind} ${name} is not implemented.`);
  const given = operation.kind === 'function' ? argumentsOf(exchange, address.args) : request.body();
  const parameters = readParameters(name, operation.parameters ?? [], given);
  const result = await perform({
    caller,
    engine,
    exchange,
    entity: place ? entityAt(place) : null,
    id: place && isSingle(place) ? await idAt(exchange, place) : null,
    parameters,
    origin: request.root.replace(/\/api\/data\/v9\.\d$/, ''),
    root: request.root,
  });
  exchange.lap('run');
  if (result === null) return noContent();
  const context = { '@odata.context': `${request.root}/$metadata#Microsoft.Dynamics.CRM.${name}Response` };
  return jsonResponse(200, JSON.stringify({ ...context, ...result }));
}

/** The key of the row at a place. Whatever an operation does to a row takes the right to read it.
 *  Refuses recordNotFound, keyValuesNotFound, privilegeMissing, accessDenied. */
async function idAt({ database, asker }: Exchange, place: Place): Promise<string> {
  const { root, rootId, steps } = place;
  if (steps.length === 0 && rootId !== null) {
    const { access, userId } = asker;
    await new Checks(access, userId).need(root.table, rootId, 'read').answer(database.reader);
    return rootId;
  }
  const found = await locate(database.reader, place, asker);
  if (found === null) throw new Refusal('recordNotFound', entityAt(place).table.logicalName, '');
  return found.id;
}

function argumentsOf({ request }: Exchange, args: Arguments | null): JsonObject {
  if (!args || args.kind === 'none') return {};
  if (args.kind === 'value') throw new Refusal('malformedQuery', 'Parameters of a function are named.');
  const { aliases } = request.options;
  const value = (operand: Operand): Json => {
    const found = operand.kind === 'alias' ? aliases.get(operand.name) : operand;
    return found?.kind === 'literal' ? literalJson(found.literal) : null;
  };
  return Object.fromEntries(args.values.map(([name, operand]) => [name, value(operand)]));
}
