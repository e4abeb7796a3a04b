/** Any events in any order, as people, lines, pages and time may bring them: what a step means for the desk as it stands.
 *  Steps are small numbers, so that a failing sequence can be shortened and replayed. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ConversationEvent } from '../../src/conversation/index.ts';
import { msdyn_ocliveworkitem } from '../../src/tables/dataverse/index.ts';
import { presences, systemUserId } from '../../src/tables/index.ts';
import { type FrontDesk, number } from './front-desk.ts';

/** One step. `which` picks the conversation, `who` the agent, `n` what else is to be picked. */
export interface Step {
  readonly move: keyof typeof moves | 'onwards';
  readonly which: number;
  readonly who: number;
  readonly n: number;
}

/** The desk as a step finds it: the conversations made so far, and one of them with who has it and who else is in it. */
export interface Scene {
  readonly desk: FrontDesk;
  readonly conversations: string[];
  readonly conversation: string;
  readonly agent: string;
  readonly other: string;
  readonly party: string;
  readonly keeping: string;
  readonly n: number;
}

/** What a step does: an event, seconds that pass, or a row that somebody closes past the engine. */
export type Deed =
  | ConversationEvent
  | { readonly type: 'pass'; readonly seconds: number }
  | { readonly type: 'closeRows'; readonly conversation: string };

const channels = [192360000, 192340000, 192350000] as const;
const waits = [1, 5, 20, 40, 95, 125, 200, 1_300, 7_300, 90_000] as const;
const chosen = [presences.available, presences.busy, presences.away, presences.doNotDisturb] as const;
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;

/** Every move. Those that need a conversation do nothing while there is none. */
const moves = {
  call: ({ conversations, n }: Scene): Deed => {
    const conversation = randomUUID();
    conversations.push(conversation);
    const to = n % 3 === 0 ? number.direct : number.bot;
    return {
      type: 'CallArrived',
      conversation,
      call: `call-${conversation}`,
      from: number.caller,
      to,
      provider: 'test',
    };
  },
  message: ({ conversations, desk, n }: Scene): Deed => {
    const conversation = randomUUID();
    conversations.push(conversation);
    return {
      type: 'ConversationArrived',
      conversation,
      workstream: n % 4 === 0 ? desk.ids.workstream : desk.ids.direct,
      channel: pick(channels, n),
      customer: { table: 'contact', id: desk.ids.contact },
      name: 'Kim Berg',
      context: {},
      record: null,
    };
  },
  pass: ({ n }: Scene): Deed => ({ type: 'pass', seconds: pick(waits, n) }),
  closeRows: ({ conversation }: Scene): Deed => ({ type: 'closeRows', conversation }),
  transferByBot: ({ conversation, n }: Scene): Deed => ({
    type: 'BotTransferred',
    conversation,
    variables: n % 2 === 0 ? { va_Department: 'Legal' } : {},
  }),
  setVariable: ({ conversation }: Scene): Deed => ({
    type: 'VariableSet',
    conversation,
    name: 'va_Scope',
    value: 'Contract',
  }),
  failBot: ({ conversation }: Scene): Deed => ({ type: 'BotFailed', conversation, reason: 'broken' }),
  endBot: ({ conversation }: Scene): Deed => ({ type: 'BotEnded', conversation }),
  accept: ({ conversation, agent }: Scene): Deed => ({ type: 'AgentAccepted', conversation, agent }),
  reject: ({ conversation, agent }: Scene): Deed => ({ type: 'AgentRejected', conversation, agent }),
  connect: ({ conversation, agent }: Scene): Deed => ({ type: 'MediaConnected', conversation, agent }),
  hold: ({ conversation, agent }: Scene): Deed => ({ type: 'HoldRequested', conversation, agent }),
  unhold: ({ conversation, agent }: Scene): Deed => ({ type: 'UnholdRequested', conversation, agent }),
  end: ({ conversation, agent }: Scene): Deed => ({ type: 'AgentEnded', conversation, agent }),
  hangUp: ({ conversation, n }: Scene): Deed => ({
    type: 'CallEnded',
    conversation,
    by: pick(['customer', 'lost', 'failure'] as const, n),
    reason: 'test',
  }),
  close: ({ conversation, agent }: Scene): Deed => ({ type: 'SessionClosed', conversation, agent }),
  signIn: ({ other }: Scene): Deed => ({ type: 'AgentConnected', agent: other }),
  vanish: ({ other }: Scene): Deed => ({ type: 'AgentLost', agent: other }),
  presence: ({ other, n }: Scene): Deed => ({
    type: 'PresenceSet',
    agent: other,
    presence: pick(chosen, n),
    by: other,
  }),
  lookForWork: (): Deed => ({ type: 'WorkAvailable' }),
  assign: ({ conversation, other }: Scene): Deed => ({ type: 'WorkAssigned', conversation, agent: other }),
  take: ({ conversation, other }: Scene): Deed => ({ type: 'WorkPicked', conversation, agent: other }),
  move: ({ conversation, desk, n }: Scene): Deed => ({
    type: 'WorkMoved',
    conversation,
    queue: n % 2 === 0 ? desk.ids.legal : desk.ids.front,
  }),
  toAgent: ({ conversation, agent, other }: Scene): Deed => ({
    type: 'AgentTransferRequested',
    conversation,
    agent,
    to: other,
  }),
  superviseTransfer: ({ conversation, other, desk }: Scene): Deed => ({
    type: 'SupervisorTransferRequested',
    conversation,
    agent: desk.ids.bot,
    to: other,
  }),
  toQueue: ({ conversation, agent, desk, n }: Scene): Deed => ({
    type: 'QueueTransferRequested',
    conversation,
    agent,
    queue: n % 2 === 0 ? desk.ids.legal : desk.ids.front,
  }),
  outside: ({ conversation, agent, n }: Scene): Deed => ({
    type: 'ExternalTransferRequested',
    conversation,
    agent,
    number: '+4530000001',
    bridged: n % 3 === 0 ? null : n % 3 === 1,
  }),
  withdraw: ({ conversation, agent, n }: Scene): Deed => ({
    type: 'ExternalTransferWithdrawn',
    conversation,
    agent,
    declined: n % 2 === 0,
  }),
  closeOutside: ({ conversation, agent }: Scene): Deed => ({
    type: 'ExternalSessionClosed',
    conversation,
    agent,
  }),
  consult: ({ conversation, agent, other, n }: Scene): Deed => ({
    type: 'ConsultRequested',
    conversation,
    agent,
    ...(n % 3 === 0 ? { to: null, number: '+4530000002' } : { to: other, number: null }),
  }),
  holdParty: ({ conversation, agent, party, n }: Scene): Deed => ({
    type: 'PartyHoldRequested',
    conversation,
    agent,
    party,
    held: n % 2 === 0,
  }),
  drop: ({ conversation, agent, party }: Scene): Deed => ({
    type: 'PartyDropRequested',
    conversation,
    agent,
    party,
  }),
  promote: ({ conversation, agent, party, n }: Scene): Deed => ({
    type: 'PromoteRequested',
    conversation,
    agent,
    party: n % 4 === 0 ? null : party,
  }),
  merge: ({ conversation, agent }: Scene): Deed => ({ type: 'MergeRequested', conversation, agent }),
  key: ({ conversation, agent, party }: Scene): Deed => ({
    type: 'KeyRequested',
    conversation,
    agent,
    party,
    key: '5',
  }),
  leave: ({ conversation, other }: Scene): Deed => ({ type: 'LeaveRequested', conversation, agent: other }),
  rejoin: ({ conversation, agent }: Scene): Deed => ({ type: 'RejoinRequested', conversation, agent }),
  supervise: ({ conversation, other, n }: Scene): Deed => ({
    type: 'SupervisionRequested',
    conversation,
    agent: other,
    part: pick(['monitor', 'whisper', 'barge'] as const, n),
  }),
  forceClose: ({ conversation, other }: Scene): Deed => ({
    type: 'ForceCloseRequested',
    conversation,
    agent: other,
  }),
  keep: ({ conversation, agent, n }: Scene): Deed => ({
    type: 'KeepingRequested',
    conversation,
    agent,
    wish: pick(
      [
        'startRecording',
        'pauseRecording',
        'resumeRecording',
        'startTranscription',
        'stopTranscription',
      ] as const,
      n,
    ),
  }),
  kept: ({ conversation, keeping, n }: Scene): Deed => ({
    type: 'KeepingReady',
    conversation,
    keeping,
    kind: n % 2 === 0 ? 'recording' : 'message',
    audio: null,
    seconds: 3,
    lines: [],
  }),
  partyAnswers: ({ conversation, party }: Scene): Deed => ({ type: 'PartyAnswered', conversation, party }),
  partyRefuses: ({ conversation, party }: Scene): Deed => ({
    type: 'PartyRefused',
    conversation,
    party,
    status: 486,
    reason: 'busy',
  }),
  partyLeaves: ({ conversation, party }: Scene): Deed => ({ type: 'PartyLeft', conversation, party }),
  customerAnswers: ({ conversation }: Scene): Deed => ({ type: 'CustomerAnswered', conversation }),
  callBack: ({ conversation }: Scene): Deed => ({ type: 'CallbackAccepted', conversation }),
  voicemail: ({ conversation }: Scene): Deed => ({ type: 'VoicemailTaken', conversation }),
  customerWrites: ({ conversation }: Scene): Deed => ({ type: 'CustomerMessaged', conversation }),
  agentWrites: ({ conversation, agent }: Scene): Deed => ({ type: 'AgentMessaged', conversation, agent }),
  customerLeaves: ({ conversation, n }: Scene): Deed => ({
    type: 'CustomerLeft',
    conversation,
    by: n % 2 === 0 ? 'customer' : 'lost',
  }),
  customerReturns: ({ conversation }: Scene): Deed => ({ type: 'CustomerReturned', conversation }),
  reopen: ({ conversation, other }: Scene): Deed => ({ type: 'AgentReopened', conversation, agent: other }),
  giveBack: ({ conversation, agent }: Scene): Deed => ({ type: 'AgentReleased', conversation, agent }),
  focus: ({ conversation, agent, n }: Scene): Deed => ({
    type: 'SessionFocused',
    conversation,
    agent,
    focused: n % 2 === 0,
  }),
  recordEnds: ({ conversation, n }: Scene): Deed => ({
    type: 'RecordEnded',
    conversation,
    by: pick(['resolved', 'inactivated', 'deleted'] as const, n),
  }),
} as const;

type Move = keyof typeof moves;

/** What people do in a call or chat that they are in. */
const inConversation: readonly Move[] = [
  ...(['pass', 'hold', 'unhold', 'consult', 'accept', 'partyAnswers', 'supervise', 'toAgent'] as const),
  ...([
    'outside',
    'focus',
    'keep',
    'close',
    'promote',
    'holdParty',
    'merge',
    'end',
    'toQueue',
    'leave',
  ] as const),
];

/** What usually comes next, so that sequences get far. */
function usual(row: Record<string, unknown> | undefined, n: number): Move {
  if (row === undefined || row.status === null || row.status === 4) return n % 2 === 0 ? 'call' : 'message';
  if (row.status === 1)
    return row.bot === true ? 'transferByBot' : pick(['signIn', 'lookForWork', 'take'], n);
  if (row.status === 3) return n % 2 === 0 ? 'customerWrites' : 'reopen';
  if (row.status === 5) return pick(['pass', 'close', 'focus'], n);
  if (row.offered === true) return 'accept';
  return row.voice === true && row.connected !== true ? 'connect' : pick(inConversation, n);
}

/** Any sequence. Every second step or so is the usual one for the conversation it is about. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    move: fc.oneof(
      { weight: 3, arbitrary: fc.constant('onwards' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(moves) as Move[])) },
    ),
    which: fc.nat(3),
    who: fc.nat(11),
    n: fc.nat(71),
  }),
  { minLength: 40, maxLength: 70, size: 'max' },
);

const scene = `select c."statuscode" as status, 192440000 = any (c."msdyn_channel") as voice,
    p."msdyn_starttalktime" is not null or p."msdyn_startholdtime" is not null as connected,
    c."msdyn_activeagentid" is null and p."msdyn_agentid" is not null as bot, o.agent is not null as offered,
    coalesce(o.agent, c."msdyn_activeagentid") as agent,
    array(select y."wirechief_callpartyid"::text from "dataverse"."wirechief_callparty" y
      where y."wirechief_conversationid" = $1 and y."statecode" = 0 order by y."createdon") as parties,
    k."wirechief_transcriptid" as keeping
  from "dataverse"."msdyn_ocliveworkitem" c
  left join "dataverse"."msdyn_sessionparticipant" p
    on p."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
  left join "dataverse"."wirechief_callcontrol" k on k."wirechief_callcontrolid" = c."activityid"
  left join lateral (select o."wirechief_agentid" as agent from "dataverse"."wirechief_offer" o
    where o."wirechief_conversationid" = $1 and o."statuscode" = 1 and o."wirechief_purpose" in (1, 4)
    order by o."createdon" limit 1) o on true
  where c."activityid" = $1`;

/** What the step means now; null when it means nothing yet. Mostly it is whoever has the conversation that does it, or
 *  whoever is asked to join it. */
export async function deedOf(
  desk: FrontDesk,
  conversations: string[],
  { move, which, who, n }: Step,
): Promise<Deed | null> {
  const conversation = pick(conversations, which);
  const [row] = await desk.store.query({ text: scene, values: [conversation ?? null], name: 'scene' });
  const made = move === 'onwards' ? usual(row, n) : move;
  if (conversation === undefined && made !== 'call' && made !== 'message') return null;
  const anybody = pick(desk.ids.agents, who);
  const parties = Array.isArray(row?.parties) ? row.parties.map(String) : [];
  const own = typeof row?.agent === 'string' && who < 10 ? row.agent : anybody;
  const joins = made === 'accept' && row?.offered !== true;
  return moves[made]({
    desk,
    conversations,
    conversation: conversation ?? '',
    agent: joins ? anybody : own,
    other: anybody,
    party: parties.length > 0 ? pick(parties, who) : randomUUID(),
    keeping: typeof row?.keeping === 'string' ? row.keeping : randomUUID(),
    n,
  });
}

/** Closes the rows of a conversation past the engine. */
export const closeRows = async ({ store }: FrontDesk, conversation: string): Promise<void> => {
  await store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
    transaction.update(msdyn_ocliveworkitem, conversation, { statecode: 1, statuscode: 4 }),
  );
};
