import type { Transaction } from '../../store/index.ts';
import { email } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { activitymimeattachment } from '../../tables/platform/index.ts';
import type { Written } from '../plan/write.ts';

/** Completes an attachment about to be made: it belongs to an email, also where that is named as an activity, and gets the
 *  email's owner and the next number. Refuses invalidArgument for one that is nobody's, recordNotFound for an activity
 *  that is no email. Source: published table reference, ActivityMimeAttachment. */
export async function settleAttachment(transaction: Transaction, values: Written): Promise<void> {
  const { objectid } = values;
  if (typeof objectid !== 'object' || objectid === null || !('id' in objectid))
    throw new Refusal('invalidArgument', 'An attachment must name its email: objectid_email@odata.bind.');
  const id = String(objectid.id);
  const holder = await transaction.row(email, id);
  if (holder === null) throw new Refusal('recordNotFound', 'email', id);
  values.objectid = { table: 'email', id };
  const { ownerid, owninguser, owningbusinessunit, subject: activitysubject } = holder;
  Object.assign(values, { ownerid, owninguser, owningbusinessunit, activitysubject });
  const others = await transaction.rows(activitymimeattachment, { objectid: { table: 'email', id } });
  values.attachmentnumber ??= Math.max(0, ...others.map(({ attachmentnumber: number }) => number ?? 0)) + 1;
}
