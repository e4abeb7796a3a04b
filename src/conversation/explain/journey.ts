/** What happened to a conversation besides routing decisions, from the rows of its sessions, offers and participants, as
 *  stages. Pure. Source: behaviour.md §2.1 to §2.3, §3.9. */
import { msdyn_ocsession, msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import type { Column } from '../../tables/index.ts';
import type { ExplainedStage, StageKind } from '../../tables/why-trace.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { creation, mode } from '../choices.ts';
import { stage } from './decision-stage.ts';

/** A session: the queue or bot it is with, why it was made and closed, by the values of the choices. */
export interface SessionSeen {
  readonly startedOn: Date | null;
  readonly closedOn: Date | null;
  readonly creation: number | null;
  readonly closure: number | null;
  readonly queue: string | null;
}

/** An offer: who was asked, for what, and how it ended, by the values of the choices. */
export interface OfferSeen {
  readonly madeOn: Date | null;
  readonly respondedOn: Date | null;
  readonly agent: string | null;
  readonly purpose: number | null;
  readonly status: number | null;
}

/** Somebody who was in the conversation besides whoever had it. */
export interface PartSeen {
  readonly addedOn: Date | null;
  readonly leftOn: Date | null;
  readonly mode: number | null;
  readonly name: string | null;
  readonly reason: string | null;
}

const transfers: ReadonlySet<number | null> = new Set([
  creation.agentTransfer,
  creation.queueTransfer,
  creation.supervisorTransferToAgent,
]);
const supervised: ReadonlySet<number | null> = new Set([
  creation.assignToAgentBySupervisor,
  creation.assignToQueueBySupervisor,
]);

/** The stage of a session. */
export function sessionStage({ startedOn, closedOn, queue, ...why }: SessionSeen): ExplainedStage {
  const kind: StageKind = transfers.has(why.creation)
    ? 'Transfer'
    : supervised.has(why.creation)
      ? 'Supervisor'
      : 'Queue';
  const made = labelOf(msdyn_ocsession.columns.msdyn_sessioncreationreason, why.creation);
  const closed =
    closedOn === null
      ? 'not over'
      : `over: ${labelOf(msdyn_ocsession.columns.msdyn_closurereason, why.closure)}`;
  return stage(
    { Stage: kind, Summary: `session in ${queue ?? 'no queue'}, because of ${made}; ${closed}` },
    startedOn,
    closedOn,
  );
}

/** The stage of an offer. */
export function offerStage({ madeOn, respondedOn, agent, purpose, status }: OfferSeen): ExplainedStage {
  const { wirechief_purpose, statuscode } = wirechief_offer.columns;
  return stage(
    {
      Stage: 'Offer',
      Summary: `${agent ?? 'somebody'} was asked (${labelOf(wirechief_purpose, purpose ?? 1)}): ${labelOf(statuscode, status)}`,
    },
    madeOn,
    respondedOn,
  );
}

/** The stage of somebody who joined. */
export function partStage({ addedOn, leftOn, name, reason, ...how }: PartSeen): ExplainedStage {
  const label = labelOf(msdyn_sessionparticipant.columns.msdyn_mode, how.mode);
  return stage(
    {
      Stage: how.mode === mode.monitor ? 'Supervisor' : 'Consult',
      Summary: `${name ?? 'somebody'}: ${label}${reason === null ? '' : `, ${reason}`}`,
    },
    addedOn,
    leftOn,
  );
}

/** The label of a value of a choice; some of the product's end with a blank. */
export const labelOf = ({ options }: Column, value: number | null): string =>
  options?.find((option) => option.value === value)?.label.trim() ?? String(value ?? 'nothing');
