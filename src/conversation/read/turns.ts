/** Conversations that wait, as their turn to be handed out needs them: parts of the statement that reads them for the
 *  matcher (read/matching.ts), so that nothing is left to be read when it is their turn. */
import { queue as queueTable } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { Limits } from '../limits.ts';
import { callStep } from '../room-facts.ts';
import type { Board, Situation } from '../situation.ts';
import { lastTryJoin, queueColumns, toCountdown } from './board.ts';
import { toRoom } from './room.ts';
import { number, pick, type RowReader, select, text } from './rows.ts';
import {
  conversationSelection,
  isMessaging,
  situationJoins,
  situationSelection,
  toConversation,
  toSituation,
} from './situation.ts';
import { readTimeoutRules } from './timeout-rules.ts';
import type { toWants } from './wants.ts';

/** A conversation with the queue it waits in, but for the members, and for what the last try found: whoever gets it, it
 *  is said anew. */
export interface ReadTurn {
  readonly situation: Omit<Situation, 'agent'>;
  readonly board: Omit<Board, 'members' | 'others'>;
}

/** The columns of conversation `c` in queue `q`; the wants and the joins of the situation are selected by whoever reads. */
export const turnSelection = `${conversationSelection}, ${situationSelection}, ${select('q', queueColumns)},
    d."msdyn_unifiedroutingdiagnosticid" as diagnostic, d."msdyn_sequencenumber" as diagnostic_number,
    (select n."msdyn_timeout" from "dataverse"."msdyn_notificationtemplate" n
      where n."statecode" = 0 and lower(n."msdyn_uniquename") = lower(
        case when control."wirechief_step" = ${callStep.callbackWaits}
            then w."msdyn_notificationtemplate_callback_previewdialing"
          when c."regardingobjectid" is null then w."msdyn_notificationtemplate_incoming_unauth"
          else w."msdyn_notificationtemplate_incoming_auth" end) limit 1) as countdown`;

/** The joins that `turnSelection` reads from, beside `c` and `q`. */
export const turnJoins = `${situationJoins} ${lastTryJoin('r."msdyn_unifiedroutingrunid"')}`;

/** Reads the rules of workstreams by which their conversations time out, each once. */
export async function readStreamRules(
  reader: RowReader,
  records: readonly Record<string, unknown>[],
): Promise<StreamRules> {
  const rules = new Map<Guid, Situation['timeoutRules']>();
  for (const record of records) {
    const stream = streamOf(record);
    if (!rules.has(stream) && isMessaging(record, toConversation(record)))
      rules.set(stream, await readTimeoutRules(reader, stream));
  }
  return rules;
}

type StreamRules = ReadonlyMap<Guid, Situation['timeoutRules']>;

const streamOf = (record: Record<string, unknown>): Guid<'msdyn_liveworkstream'> =>
  text(record['w.msdyn_liveworkstreamid']) ?? '';

/** Takes the turn out of a record; null for one that has parties in the call, which a waiting one seldom has, or that is
 *  not in the queue of its session: those are read by themselves when it is their turn. */
export function toTurn(
  record: Record<string, unknown>,
  rules: StreamRules,
  wants: ReturnType<typeof toWants>,
  limits: Limits,
): ReadTurn | null {
  const conversation = toConversation(record);
  const timeoutRules = rules.get(streamOf(record)) ?? [];
  const situation = toSituation(record, conversation, {
    room: toRoom(record, []),
    timeoutRules: isMessaging(record, conversation) ? timeoutRules : [],
  });
  const queue = pick(record, 'q', queueTable, queueColumns);
  const isApart = record.with_parties === true || situation?.session?.msdyn_cdsqueueid !== queue?.queueid;
  if (!situation || !queue || isApart) return null;
  const diagnostic = text(record.diagnostic);
  return {
    situation,
    board: {
      queue,
      wants: { ...wants, rules: null },
      rank: null,
      othersWait: true,
      offerSeconds: toCountdown(record, limits),
      lastAssignment:
        diagnostic === null
          ? null
          : { id: diagnostic, number: number(record.diagnostic_number), evaluation: null },
    },
  };
}
