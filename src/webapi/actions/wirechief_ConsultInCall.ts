import { Refusal } from '../../tables/index.ts';
import { callRequest, phoneNumberIn } from './call-action.ts';

/** Asks another representative, whoever fits of a queue, or somebody outside, for help in the call.
 *  Shape: {AgentId?: GUID, QueueId?: GUID, PhoneNumber?: E.164, RequestId?: text}, one of the first three → 204. Refuses
 *  recordNotFound, conflict, invalidArgument. Source: behaviour.md §3.9; a message of ours. */
export const wirechief_ConsultInCall = callRequest((asked, parameters) => {
  const to = parameters.text('AgentId');
  const queue = parameters.text('QueueId');
  const number = phoneNumberIn(parameters);
  if ([to, queue, number].filter((one) => one !== null).length !== 1)
    throw new Refusal('invalidArgument', 'Give one of AgentId, QueueId and PhoneNumber.');
  return { type: 'ConsultRequested', ...asked, to, queue, number };
});
