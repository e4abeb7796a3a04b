import { Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import type { Exchange } from './exchange.ts';
import { handlers } from './operations.ts';
import type { Arguments, Literal, Operand } from './parse/ast.ts';
import type { Json, JsonObject } from './parse/body.ts';
import { type Address, entityAt } from './plan/address.ts';
import { jsonResponse, noContent } from './response.ts';

/** Answers a function or an action. Refuses methodNotFound, notImplemented for what the product has and we do not,
 *  malformedBody for unknown parameters, and what the operation itself refuses. Source: webapi.md §3, §11, §12. */
export async function answerOperation(
  exchange: Exchange,
  address: Address & { kind: 'operation' },
): Promise<ApiResponse> {
  const { request, caller, engine } = exchange;
  const { name, operation, place } = address;
  const method = operation.kind === 'function' ? 'GET' : 'POST';
  if (request.method !== method) throw new Refusal('methodNotFound', request.url);
  const handler = handlers.get(name);
  if (!operation.served || !handler)
    throw new Refusal('notImplemented', `The ${operation.kind} ${name} is not implemented.`);
  if (place && place.steps.length > 0)
    throw new Refusal(
      'notImplemented',
      'An operation on a row by a path through another is not implemented.',
    );
  const parameters = operation.kind === 'function' ? argumentsOf(exchange, address.args) : request.body();
  refuseUnknown(name, Object.keys(parameters), handler.parameters);
  const origin = request.root.replace(/\/api\/data\/v9\.\d$/, '');
  const result = await handler.perform({
    caller,
    engine,
    exchange,
    entity: place ? entityAt(place) : null,
    id: place?.rootId ?? null,
    parameters,
    origin,
  });
  exchange.lap('run');
  if (result === null) return noContent();
  const context = { '@odata.context': `${request.root}/$metadata#Microsoft.Dynamics.CRM.${name}Response` };
  return jsonResponse(200, JSON.stringify({ ...context, ...result }));
}

function refuseUnknown(name: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((parameter) => !parameter.includes('@') && !known.includes(parameter));
  if (unknown !== undefined)
    throw new Refusal('malformedBody', `The parameter '${unknown}' is not a parameter of ${name}.`);
}

function argumentsOf({ request }: Exchange, args: Arguments | null): JsonObject {
  if (!args || args.kind === 'none') return {};
  if (args.kind === 'value') throw new Refusal('malformedQuery', 'Parameters of a function are named.');
  const { aliases } = request.options;
  const value = (operand: Operand): Json => {
    const found = operand.kind === 'alias' ? aliases.get(operand.name) : operand;
    return found?.kind === 'literal' ? jsonOf(found.literal) : null;
  };
  return Object.fromEntries(args.values.map(([name, operand]) => [name, value(operand)]));
}

function jsonOf(literal: Literal): Json {
  switch (literal.type) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
    case 'guid':
    case 'enum':
      return literal.value;
    case 'number':
      return Number(literal.text);
    case 'date':
    case 'dateTime':
      return literal.text;
    case 'list':
      return literal.items.map(jsonOf);
    case 'object':
      return Object.fromEntries(literal.members.map(([name, value]) => [name, jsonOf(value)]));
  }
}
