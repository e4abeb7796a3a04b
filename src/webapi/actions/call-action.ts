import type { CallRequest, ConversationEvent } from '../../conversation/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { boundRow, type Perform } from '../operation.ts';
import type { Parameters } from '../plan/parameters.ts';

/** The events that say no more than which agent did it to which conversation. */
type CallEvent = Extract<
  ConversationEvent['type'],
  | 'AgentAccepted'
  | 'AgentRejected'
  | 'HoldRequested'
  | 'UnholdRequested'
  | 'AgentEnded'
  | 'SessionClosed'
  | 'WorkPicked'
>;

/** Who asks, about which conversation, under which id. */
interface Asked {
  readonly conversation: string;
  readonly agent: string;
  readonly request?: string;
}

/** The event that a request becomes. */
type Make = (
  asked: Asked,
  parameters: Parameters,
) => CallRequest | Extract<ConversationEvent, { readonly type: CallEvent }>;

/** An action bound to a conversation that lets one event in, as the caller.
 *  Refuses recordNotFound, conflict, invalidArgument for a RequestId that is none. */
export function callAction(type: CallEvent): Perform {
  return callRequest((asked) => ({ type, ...asked }));
}

/** The same for an event that takes more from the parameters. */
export function callRequest(make: Make): Perform {
  return async (call) => {
    const { caller, engine, parameters } = call;
    const request = requestId(parameters);
    const asked = { conversation: boundRow(call).id, agent: caller.userId };
    await engine.run(make(request === null ? asked : { ...asked, request }, parameters), caller.userId);
    return null;
  };
}

/** A request of a supervisor: of whoever may make parties of calls, as the roles of supervisors and administrators let
 *  them. Refuses privilegeMissing besides. */
export function supervisorRequest(make: Make): Perform {
  const perform = callRequest(make);
  return async (call) => {
    call.exchange.guarding.access.rule(wirechief_callparty, 'create');
    return perform(call);
  };
}

/** A number outside. Refuses invalidArgument for one that is not E.164. */
export function phoneNumberIn(parameters: Parameters): string | null {
  const number = parameters.text('PhoneNumber');
  if (number !== null && !/^\+[1-9][0-9]{1,14}$/.test(number))
    throw new Refusal(
      'invalidArgument',
      "The parameter PhoneNumber must be an E.164 number: '+', then 2 to 15 digits, the first not 0.",
    );
  return number;
}

/** The id that the asker chose for the request; null for none. Refuses invalidArgument for a RequestId that is none. */
export function requestId(parameters: Parameters): string | null {
  const id = parameters.text('RequestId');
  if (id !== null && !/^[\w.:-]{1,64}$/.test(id))
    throw new Refusal(
      'invalidArgument',
      'The parameter RequestId must be 1 to 64 letters, digits, dots, colons, hyphens or underscores.',
    );
  return id;
}
