import { Refusal } from '../../tables/index.ts';
import { callRequest, phoneNumberIn } from './call-action.ts';

/** Asks another representative, or somebody outside, for help in the call.
 *  Shape: {AgentId?: GUID, PhoneNumber?: E.164, RequestId?: text}, one of the first two → 204. Refuses recordNotFound,
 *  conflict, invalidArgument. Source: behaviour.md §3.9; a message of ours. */
export const wirechief_ConsultInCall = callRequest((asked, parameters) => {
  const to = parameters.text('AgentId');
  const number = phoneNumberIn(parameters);
  if ((to === null) === (number === null))
    throw new Refusal('invalidArgument', 'Give AgentId or PhoneNumber, and not both.');
  return { type: 'ConsultRequested', ...asked, to, number };
});
