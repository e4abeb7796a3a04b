/** A queue as one waiting conversation sees it. */
import { methodOf } from '../../routing/index.ts';
import { queue as queueTable } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { Limits } from '../limits.ts';
import { callStep } from '../room-facts.ts';
import type { Board, Member, Situation } from '../situation.ts';
import { readOwnRules } from './own-rules.ts';
import { readMembers, readSignedIn, type TimedReader } from './people.ts';
import { number, pick, select, text } from './rows.ts';
import { toWants, wantsJoin, wantsSelection } from './wants.ts';

/** The columns of a queue that decisions rest on. */
export const queueColumns = ['queueid', 'name', 'msdyn_assignmentstrategy'] as const;

/** The columns that `lastTryJoin` gives. */
export const lastTrySelection = `d."msdyn_unifiedroutingdiagnosticid" as diagnostic,
    d."msdyn_sequencenumber" as diagnostic_number, d."msdyn_evaluation" as evaluation`;

const statement = `select ${select('q', queueColumns)},
    exists (select from "dataverse"."msdyn_ocliveworkitem" c
      where c."statecode" = 0 and c."statuscode" = 1 and c."msdyn_queueitemid" is not null
        and c."activityid" <> $2) as others,
    (select n."msdyn_timeout" from "dataverse"."msdyn_notificationtemplate" n
      where lower(n."msdyn_uniquename") = lower($3) and n."statecode" = 0 limit 1) as countdown,
    ${lastTrySelection}, ${wantsSelection}
  from "dataverse"."queue" q
  left join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = $2
  ${lastTryJoin('$4')}
  ${wantsJoin}
  where q."queueid" = $1`;

/** The newest try to assign in a routing run, whose id is the expression `run`; to be read with `lastTrySelection`. */
export function lastTryJoin(run: string): string {
  return `left join lateral (select * from "dataverse"."msdyn_unifiedroutingdiagnostic"
    where "msdyn_unifiedroutingrunid" = ${run} and "msdyn_diagnosticdatatype" = 4
    order by "msdyn_sequencenumber" desc nulls last limit 1) d on true`;
}

/** Reads the record of `lastTrySelection`. */
export function toLastTry(record: Record<string, unknown>): Board['lastAssignment'] {
  const id = text(record.diagnostic);
  if (id === null) return null;
  return { id, number: number(record.diagnostic_number), evaluation: text(record.evaluation) };
}

/** How long an offer stands, seconds: the countdown that was read, where it is one. */
export const toCountdown = ({ countdown }: Record<string, unknown>, limits: Limits): number =>
  number(countdown) > 0 ? number(countdown) : limits.offerSeconds;

/** Reads the queue with its members; null when there is no such queue. `values`: context variables that are about to be
 *  set, for the queue's own rules; `named`: who is to be among the members whether they are or not. */
export async function readBoard(
  reader: TimedReader,
  queue: Guid<'queue'> | null,
  situation: Omit<Situation, 'agent'>,
  limits: Limits,
  values: ReadonlyMap<string, string>,
  named: Guid<'systemuser'> | null,
): Promise<Board | null> {
  if (queue === null) return null;
  const { conversation, workstream, routingRun, room } = situation;
  const id = conversation.activityid ?? '';
  const known =
    conversation.regardingobjectid === null
      ? workstream.msdyn_notificationtemplate_incoming_unauth
      : workstream.msdyn_notificationtemplate_incoming_auth;
  const isCallback = room.control?.wirechief_step === callStep.callbackWaits;
  const template = isCallback ? workstream.msdyn_notificationtemplate_callback_previewdialing : known;
  const [record] = await reader.query({
    text: statement,
    values: [queue, id, template, routingRun?.id ?? null],
    name: 'engine_board',
  });
  const row = record ? pick(record, 'q', queueTable, queueColumns) : null;
  if (!record || !row) return null;
  const members = await withNamed(reader, await readMembers(reader, queue, id), named);
  const custom =
    methodOf(row.msdyn_assignmentstrategy) === 'custom'
      ? await readOwnRules(reader, queue, situation, members, values)
      : null;
  return {
    queue: row,
    members: custom?.members ?? members,
    others: [],
    wants: { ...toWants(record), rules: custom?.rules ?? null },
    rank: custom?.rank ?? null,
    othersWait: record.others === true,
    offerSeconds: toCountdown(record, limits),
    lastAssignment: toLastTry(record),
  };
}

async function withNamed(
  reader: TimedReader,
  members: readonly Member[],
  named: Guid<'systemuser'> | null,
): Promise<readonly Member[]> {
  if (named === null || members.some(({ agent }) => agent === named)) return members;
  const found = await readSignedIn(reader, [named]);
  return [
    ...members,
    ...found.map(({ memberships: _, version: __, ...person }) => ({
      ...person,
      lastAssignedOn: null,
      isMember: false,
      joinedRank: 0,
      declines: 0,
    })),
  ];
}
