/** Conversations that wait, as their turn to be handed out needs them: many in one statement. */
import { queue as queueTable } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { Limits } from '../limits.ts';
import { callStep } from '../room-facts.ts';
import type { Board, Situation } from '../situation.ts';
import { lastTryJoin, lastTrySelection, queueColumns, toCountdown, toLastTry } from './board.ts';
import { toRoom } from './room.ts';
import { pick, type RowReader, select, text } from './rows.ts';
import {
  conversationSelection,
  isMessaging,
  situationJoins,
  situationSelection,
  toConversation,
  toSituation,
} from './situation.ts';
import { readTimeoutRules } from './timeout-rules.ts';
import { toWants, wantsJoin, wantsSelection } from './wants.ts';

/** A conversation with the queue it waits in, but for the members. */
export interface ReadTurn {
  readonly situation: Omit<Situation, 'agent'>;
  readonly board: Omit<Board, 'members'>;
}

const statement = `select ${conversationSelection},
    ${situationSelection}, ${select('q', queueColumns)}, ${lastTrySelection}, ${wantsSelection},
    (select n."msdyn_timeout" from "dataverse"."msdyn_notificationtemplate" n
      where n."statecode" = 0 and lower(n."msdyn_uniquename") = lower(
        case when control."wirechief_step" = ${callStep.callbackWaits}
            then w."msdyn_notificationtemplate_callback_previewdialing"
          when c."regardingobjectid" is null then w."msdyn_notificationtemplate_incoming_unauth"
          else w."msdyn_notificationtemplate_incoming_auth" end) limit 1) as countdown
  from "dataverse"."msdyn_ocliveworkitem" c ${situationJoins}
  join "dataverse"."queue" q on q."queueid" = s."msdyn_cdsqueueid"
  ${lastTryJoin('r."msdyn_unifiedroutingrunid"')}
  ${wantsJoin}
  where c."activityid" = any($1::uuid[])`;

/** Reads those of the conversations that stand in a queue, by id; without those that have parties in the call, which a
 *  waiting one seldom has, and without rules that a queue has of its own. */
export async function readTurns(
  reader: RowReader,
  ids: readonly Guid<'msdyn_ocliveworkitem'>[],
  limits: Limits,
): Promise<ReadonlyMap<Guid, ReadTurn>> {
  const records = await reader.query({ text: statement, values: [ids], name: 'engine_turns' });
  const standing = records
    .filter((record) => record.with_parties !== true)
    .map((record) => ({ record, conversation: toConversation(record) }));
  const rules = new Map<Guid, Situation['timeoutRules']>();
  for (const { record, conversation } of standing) {
    const stream = streamOf(record);
    if (isMessaging(record, conversation) && !rules.has(stream))
      rules.set(stream, await readTimeoutRules(reader, stream));
  }
  return new Map(
    standing.flatMap(({ record, conversation }): [Guid, ReadTurn][] => {
      const timeoutRules = isMessaging(record, conversation) ? (rules.get(streamOf(record)) ?? []) : [];
      const situation = toSituation(record, conversation, { room: toRoom(record, []), timeoutRules });
      const queue = pick(record, 'q', queueTable, queueColumns);
      return situation && queue
        ? [[conversation.activityid ?? '', toTurn(record, situation, queue, limits)]]
        : [];
    }),
  );
}

const streamOf = (record: Record<string, unknown>): Guid<'msdyn_liveworkstream'> =>
  text(record['w.msdyn_liveworkstreamid']) ?? '';

const toTurn = (
  record: Record<string, unknown>,
  situation: ReadTurn['situation'],
  queue: Board['queue'],
  limits: Limits,
): ReadTurn => ({
  situation,
  board: {
    queue,
    wants: { ...toWants(record), rules: null },
    rank: null,
    othersWait: true,
    offerSeconds: toCountdown(record, limits),
    lastAssignment: toLastTry(record),
  },
});
