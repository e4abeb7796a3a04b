/** Reads why a conversation went where it went, as the server explains it (src/tables/why-trace.ts). */
import type { ExplainedStage } from '../../tables/why-trace.ts';
import { records } from '../kit/record.ts';
import { readRecord } from '../kit/web-api.ts';

/** The stages, oldest first. Rejects with a WebApiError, 404 when there is no such conversation. */
export async function readStages(conversation: string): Promise<readonly ExplainedStage[]> {
  const answer = await readRecord(
    `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.wirechief_ExplainConversation()`,
  );
  // The contract of our own server, which declares it in $metadata too.
  return records(answer, 'Stages') as unknown as readonly ExplainedStage[];
}

/** What a stage is called on the page. */
export const titles: Readonly<Record<ExplainedStage['Stage'], string>> = {
  Intake: 'Who called',
  Classification: 'Classification',
  RouteToQueue: 'Queue',
  Overflow: 'Overflow',
  Queue: 'In the queue',
  Transfer: 'Transfer',
  Supervisor: 'Supervisor',
  Assignment: 'Looking for somebody',
  Offer: 'Offer',
  Consult: 'Consult',
  End: 'End',
};

/** What a criterion is called on the page. */
export const criteria: Readonly<Record<string, string>> = {
  signedIn: 'signed in',
  softphone: 'free phone',
  blocked: 'blocking profile',
  profile: 'capacity profile',
  rule: 'rule of the queue',
  preferred: 'preferred by the customer',
};
