/** What people ask of a live call in a simulation: anything, also what is not theirs to ask or makes no sense now.
 *  The engine carries it out or refuses it; it must never break. Source: behaviour.md §3.8, §3.9. */
import type { ConversationEvent } from '../../src/conversation/index.ts';
import type { Random } from '../fuzz/random.ts';
import type { Site } from './site.ts';

/** A party of the call, as its row says. */
export interface SomeParty {
  readonly id: string;
}

/** One request of `agent` about the call, by lot. */
export function askOfCall(
  random: Random,
  site: Site,
  { conversation, agent }: { readonly conversation: string; readonly agent: string },
  parties: readonly SomeParty[],
): ConversationEvent {
  const other = random.pick(site.agents);
  const number = `+4533${100_000 + random.below(900_000)}`;
  const party = parties.length > 0 ? random.pick(parties).id : '00000000-0000-4000-8000-00000000dead';
  const asked = { conversation, agent } as const;
  const requests: readonly ConversationEvent[] = [
    { type: 'AgentTransferRequested', ...asked, to: other },
    { type: 'AgentTransferRequested', ...asked, to: other },
    { type: 'QueueTransferRequested', ...asked, queue: random.pick(site.queues) },
    { type: 'ExternalTransferRequested', ...asked, number, bridged: random.pick([true, false, null]) },
    { type: 'ExternalTransferWithdrawn', ...asked, declined: random.next() < 0.5 },
    { type: 'ConsultRequested', ...asked, to: other, number: null },
    { type: 'ConsultRequested', ...asked, to: other, number: null },
    { type: 'ConsultRequested', ...asked, to: null, number },
    { type: 'PartyHoldRequested', ...asked, party, held: random.next() < 0.5 },
    { type: 'PartyDropRequested', ...asked, party },
    { type: 'PromoteRequested', ...asked, party: random.next() < 0.7 ? party : null },
    { type: 'MergeRequested', ...asked },
    { type: 'KeyRequested', ...asked, party: null, key: '5' },
    { type: 'LeaveRequested', conversation, agent: other },
    { type: 'RejoinRequested', ...asked },
    {
      type: 'SupervisionRequested',
      conversation,
      agent: other,
      part: random.pick(['monitor', 'whisper', 'barge']),
    },
    { type: 'KeepingRequested', ...asked, wish: random.pick(wishes) },
    { type: 'ExternalSessionClosed', ...asked },
    { type: 'HoldRequested', ...asked },
    { type: 'UnholdRequested', ...asked },
  ];
  return random.next() < 0.03
    ? { type: 'ForceCloseRequested', conversation, agent: other }
    : random.pick(requests);
}

const wishes = [
  'startRecording',
  'pauseRecording',
  'resumeRecording',
  'startTranscription',
  'stopTranscription',
] as const;
