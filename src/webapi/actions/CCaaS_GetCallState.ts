import { msdyn_ocliveworkitem, msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { boundRow, type Perform } from '../operation.ts';
import type { JsonObject } from '../parse/body.ts';

const states = new Map<number | null, string>([
  [1, 'Open'],
  [2, 'Active'],
  [3, 'Waiting'],
  [4, 'Closed'],
  [5, 'WrapUp'],
]);
const parts = ['Primary', 'Consult', 'Monitor', 'Whisper', 'BargeIn'] as const;
const keepings = ['Running', 'Paused', 'Paused', 'Stopped'] as const;

/** How the call of a conversation stands: the state of the conversation, whether the customer is on hold, what is kept,
 *  and who is in it besides the customer, the primary representative first. It belongs to the conversation: whoever
 *  may read that may read it.
 *  Shape: no parameters → {State, IsCustomerOnHold, Recording, Transcription, Parties: [{PartyId, Part, AgentId,
 *  PhoneNumber, Name, IsJoined, IsOnHold}]}. Refuses recordNotFound, privilegeMissing, accessDenied.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_GetCallState: Perform = async (call) => {
  const { reader } = call.exchange.database;
  const { id } = boundRow(call);
  const conversation = await reader.row(msdyn_ocliveworkitem, id);
  if (conversation === null) throw new Refusal('recordNotFound', 'msdyn_ocliveworkitem', id);
  const primary = conversation.msdyn_activesessionparticipantid;
  const participant = primary === null ? null : await reader.row(msdyn_sessionparticipant, primary);
  const control = await reader.row(wirechief_callcontrol, id);
  const others = await reader.rows(
    wirechief_callparty,
    { wirechief_conversationid: id, statecode: 0 },
    { orderBy: [['createdon', 'asc']] },
  );
  const kept = keepings[(control?.wirechief_keepingstate ?? 4) - 1] ?? 'Stopped';
  const isLive = conversation.statuscode === 2 && participant?.msdyn_lefton === null;
  const first: readonly JsonObject[] =
    isLive && participant.msdyn_agentid !== null
      ? [
          {
            PartyId: null,
            Part: 'Primary',
            AgentId: participant.msdyn_agentid,
            PhoneNumber: null,
            Name: participant.msdyn_name,
            IsJoined: participant.msdyn_joinedon !== null,
            IsOnHold: false,
          },
        ]
      : [];
  return {
    State: states.get(conversation.statuscode) ?? 'Closed',
    IsCustomerOnHold: isLive && participant.msdyn_startholdtime !== null,
    Recording: control?.wirechief_isrecording === true ? kept : 'Stopped',
    Transcription: kept,
    Parties: [
      ...first,
      ...others.map((party) => ({
        PartyId: party.wirechief_callpartyid,
        Part: parts[(party.wirechief_part ?? 2) - 1] ?? 'Consult',
        AgentId: party.wirechief_agentid,
        PhoneNumber: party.wirechief_phonenumber,
        Name: party.wirechief_name,
        IsJoined: party.statuscode === 2,
        IsOnHold: party.wirechief_isheld === true,
      })),
    ],
  };
};
