/** Which conversation a write of rows by hand touches, and how. */
import {
  msdyn_liveconversation,
  msdyn_ocliveworkitem,
  msdyn_ocsession,
} from '../../tables/dataverse/index.ts';
import { type Guid, Refusal, type Table } from '../../tables/index.ts';
import { endsByHand, statusByHand } from '../by-hand.ts';
import type { RowReader } from './rows.ts';
import { readSituation } from './situation.ts';

/** A conversation that is to end. `ofSession`: because its session is closed or deleted. `isLive`: its call is ours and not over; not so for what others wrote as a conversation,
 *  without a workstream or a call behind it. `mirrored`: its ongoing conversation, which goes with a deleted one. */
export interface Ended {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly ofSession: boolean;
  readonly isLive: boolean;
  readonly mirrored: Guid<'msdyn_liveconversation'> | null;
}

/** The conversation that the change of a conversation or of a session ends; null when it ends none.
 *  Refuses notImplemented for a live conversation that is to be moved to another status by hand. */
export async function readEnded(
  reader: RowReader,
  change: {
    readonly table: Table;
    readonly id: Guid;
    readonly values: { readonly [column: string]: unknown } | null;
  },
): Promise<Ended | null> {
  const { table, id, values } = change;
  const isConversation = table.logicalName === msdyn_ocliveworkitem.logicalName;
  const ends = endsByHand(table, values);
  const status = isConversation && !ends ? statusByHand(values) : null;
  if (!ends && status === null) return null;
  const conversation = isConversation ? String(id) : await lastSessionOf(reader, id);
  const row = conversation && (await reader.row(msdyn_ocliveworkitem, conversation));
  if (!conversation || !row) return null;
  const situation = row.statecode === 0 ? await readSituation(reader, row) : null;
  // A call is ours if a leg belongs to it, anything else if it has been given to a queue or a bot.
  const ours = situation?.kind === 'voice' ? situation.call !== '' : situation?.session != null;
  const isLive = situation !== null && ours;
  if (status !== null && isLive && row.statuscode !== status)
    throw new Refusal(
      'notImplemented',
      'Moving a live conversation to another status by hand is not implemented: only closing it is.',
    );
  if (!ends) return null;
  const goes = isConversation && values === null;
  const mirror = goes ? await reader.row(msdyn_liveconversation, conversation) : null;
  return { conversation, ofSession: !isConversation, isLive, mirrored: mirror && conversation };
}

/** The conversation whose last session this is; null for an earlier session, and for one without a conversation. */
async function lastSessionOf(reader: RowReader, session: Guid): Promise<string | null> {
  const conversation = (await reader.row(msdyn_ocsession, session))?.msdyn_liveworkitemid ?? null;
  const row = conversation && (await reader.row(msdyn_ocliveworkitem, conversation));
  return row && row.msdyn_lastsessionid === session ? conversation : null;
}
