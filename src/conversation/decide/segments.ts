/** What reports are made of: one row for each stay in a queue, and one for each session. They follow from what a
 *  decision writes about the conversation and its sessions, so that nobody else needs to keep them, and the sums of the
 *  segments are those of the conversation by the way they are made. Source: behaviour.md §2.5, §7.3; published articles
 *  on msdyn_queueextension. */
import {
  msdyn_ocliveworkitem,
  msdyn_ocsession,
  msdyn_queueextension,
  msdyn_sessionextension,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import { change, closure, creation, status } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { SegmentFacts, Situation } from '../situation.ts';
import { secondsBetween } from '../stopwatch.ts';

type Segment = Values<typeof msdyn_queueextension>;

/** A segment that this decision knows: what it is so far. */
interface Stay {
  readonly id: Guid<'msdyn_queueextension'>;
  readonly queue: Guid<'queue'> | null;
  readonly startedOn: Date;
  readonly offered: boolean;
  readonly accepted: boolean;
}

/** Sums of a conversation beside the columns of its segments that are theirs. */
const sums = [
  ['msdyn_conversationtalktimeinseconds', 'msdyn_talktime'],
  ['msdyn_conversationholdtimeinseconds', 'msdyn_holdtime'],
  ['msdyn_conversationactivechattimeinseconds', 'msdyn_activechattime'],
  ['msdyn_conversationactivewrapuptimeinseconds', 'msdyn_activewrapuptime'],
  ['msdyn_conversationhandletimeinseconds', 'msdyn_handletime'],
] as const;

/** Why a session is made when its conversation comes from elsewhere, even into the same queue. */
const entering: ReadonlySet<unknown> = new Set([
  creation.queueTransfer,
  creation.assignToQueueBySupervisor,
  creation.customerRejoin,
  creation.agentConversationJoin,
  creation.overflowQueueTransfer,
  creation.overflowAssignToQueue,
]);

const overflown: ReadonlySet<unknown> = new Set([
  closure.overflowQueueTransfer,
  closure.inqueueOverflowQueueTransfer,
]);
const external: ReadonlySet<unknown> = new Set([closure.externalAgentAccept, closure.externalAgentTransfer]);

/** Brings the segments after what the decision has written so far: the last thing before it is done. */
export function keepSegments(draft: Draft, situation: Situation): void {
  const { conversation, session } = situation;
  const id = conversation.activityid ?? '';
  const changes = draft.values(msdyn_ocliveworkitem, id);
  if (changes === null) return;
  const { segment } = situation;
  if (segment) addWork(draft, situation, segment, changes);
  let stay: Stay | null = segment && toStay(segment);
  const closed = session && draft.values(msdyn_ocsession, session.activityid ?? '')?.msdyn_closurereason;
  for (const made of draft.made(msdyn_ocsession)) stay = enter(draft, id, stay, made, closed);
  if (stay) follow(draft, stay, changes, closed);
}

/** What was worked since the last event belongs to the queue it was worked in. */
function addWork(
  draft: Draft,
  { conversation, participant }: Situation,
  segment: SegmentFacts,
  changes: Values<typeof msdyn_ocliveworkitem>,
): void {
  const values: { [column: string]: number } = {};
  for (const [sum, column] of sums) {
    const more = (changes[sum] ?? conversation[sum] ?? 0) - (conversation[sum] ?? 0);
    if (more !== 0) values[column] = (segment[column] ?? 0) + more;
  }
  const part =
    participant && draft.values(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '');
  if (participant && part)
    for (const column of ['msdyn_activetime', 'msdyn_inactivetime'] as const) {
      const more = (part[column] ?? participant[column] ?? 0) - (participant[column] ?? 0);
      if (more !== 0) values[column] = (segment[column] ?? 0) + more;
    }
  if (Object.keys(values).length > 0)
    draft.update(msdyn_queueextension, segment.msdyn_queueextensionid ?? '', values);
}

const toStay = (segment: SegmentFacts): Stay => ({
  id: segment.msdyn_queueextensionid ?? '',
  queue: segment.msdyn_queueid,
  startedOn: segment.msdyn_starttime ?? new Date(0),
  offered: segment.msdyn_agentassignedon !== null,
  accepted: segment.msdyn_agentacceptedon !== null,
});

/** A session begins: in the queue where the conversation is already, or in another one. */
function enter(
  draft: Draft,
  conversation: string,
  stay: Stay | null,
  made: { readonly id: string; readonly values: Values<typeof msdyn_ocsession> },
  closed: unknown,
): Stay {
  const queue = made.values.msdyn_cdsqueueid ?? null;
  const { now } = draft;
  if (stay && stay.queue === queue && !entering.has(made.values.msdyn_sessioncreationreason)) {
    draft.update(msdyn_ocsession, made.id, { msdyn_queueextensionid: stay.id });
    return stay;
  }
  const from = stay?.queue ?? null;
  if (stay)
    endStay(draft, stay, {
      msdyn_targetqueue: queue,
      msdyn_closurereason: overflown.has(closed) ? 'OverflowQueueTransfer' : 'TransferOut',
    });
  const id = draft.create(msdyn_queueextension, {
    msdyn_name: made.values.subject ?? null,
    msdyn_conversationid: conversation,
    msdyn_queueid: queue,
    msdyn_sourcequeue: from,
    msdyn_creationreason: stay ? 'TransferIn' : 'DirectQueueEntry',
    msdyn_starttime: now,
    msdyn_firstwaitstartedon: now,
    msdyn_waitstartedon: now,
    msdyn_isabandoned: false,
  });
  draft.update(msdyn_ocsession, made.id, { msdyn_queueextensionid: id });
  return { id, queue, startedOn: now, offered: false, accepted: false };
}

/** The first offer, the acceptance and the end, each at the moment it comes. */
function follow(
  draft: Draft,
  stay: Stay,
  changes: Values<typeof msdyn_ocliveworkitem>,
  closed: unknown,
): void {
  const { now } = draft;
  const waited = { msdyn_firstwaittimeinseconds: secondsBetween(stay.startedOn, now) };
  if (changes.msdyn_activeagentassignedon && !stay.offered)
    draft.update(msdyn_queueextension, stay.id, { msdyn_agentassignedon: now });
  const accepts = changes.msdyn_statuschangereason === change.inConversation && !stay.accepted;
  if (accepts) draft.update(msdyn_queueextension, stay.id, { msdyn_agentacceptedon: now, ...waited });
  if (changes.statuscode === status.closed) {
    const abandoned = changes.msdyn_isabandoned === true && !stay.accepted;
    endStay(draft, stay, {
      msdyn_closurereason: external.has(closed) ? 'ExternalAgentTransfer' : 'EndConversation',
      msdyn_isabandoned: abandoned,
    });
  } else if (changes.statuscode === status.waiting)
    endStay(draft, stay, { msdyn_closurereason: 'AgentMovedConversationToWaiting' });
}

function endStay(draft: Draft, stay: Stay, more: Segment): void {
  const { now } = draft;
  draft.update(msdyn_queueextension, stay.id, {
    msdyn_endtime: now,
    msdyn_closedon: now,
    ...(stay.accepted ? {} : { msdyn_firstwaittimeinseconds: secondsBetween(stay.startedOn, now) }),
    statecode: 1,
    statuscode: 2,
    ...more,
  });
}

/** One row beside each session, which says whether anybody took it (behaviour.md §7.2). It has the session's own id, so
 *  that it is found without being looked for. */
export function keepSessionExtensions(draft: Draft, conversation: string): void {
  for (const { id, values } of draft.made(msdyn_ocsession))
    draft.create(
      msdyn_sessionextension,
      {
        msdyn_name: values.subject ?? null,
        msdyn_sessionid: id,
        msdyn_ocliveworkitemid: conversation,
        msdyn_isengaged: values.msdyn_agentacceptedon != null,
      },
      id,
    );
  for (const { id, values } of draft.changed(msdyn_ocsession))
    if (values.msdyn_agentacceptedon != null)
      draft.update(msdyn_sessionextension, id, { msdyn_isengaged: true });
}
