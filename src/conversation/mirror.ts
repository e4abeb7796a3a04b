/** The ongoing conversation (msdyn_liveconversation) shows the live state of its conversation and carries its id.
 *  Source: mission row S3.3; behaviour.md §1.1, §1.6. */
import type { msdyn_liveconversation, msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import type { Values } from '../tables/index.ts';
import { channel, status } from './choices.ts';

type ConversationValues = Values<typeof msdyn_ocliveworkitem>;
type MirrorValues = Values<typeof msdyn_liveconversation>;

/** Columns of the same name and meaning on both sides. */
const alike = [
  'msdyn_activeagentassignedon',
  'msdyn_activeagentid',
  'msdyn_cdsqueueid',
  'msdyn_closedon',
  'msdyn_createdon',
  'msdyn_customer',
  'msdyn_customersentimentlabel',
  'msdyn_escalationcount',
  'msdyn_initiatedon',
  'msdyn_liveworkstreamid',
  'msdyn_modifiedon',
  'msdyn_startedon',
  'msdyn_statusupdatedon',
  'msdyn_transfercount',
  'msdyn_workstreamworkdistributionmode',
] as const;

/** The two tables code state differently: here every status has a state of its own. */
const states = new Map<
  number,
  Pick<MirrorValues, 'statecode' | 'statuscode' | 'msdyn_statecode' | 'msdyn_statuscode'>
>([
  [status.open, { statecode: 0, statuscode: 1, msdyn_statecode: 0, msdyn_statuscode: 1 }],
  [status.active, { statecode: 1, statuscode: 2, msdyn_statecode: 1, msdyn_statuscode: 2 }],
  [status.waiting, { statecode: 2, statuscode: 3, msdyn_statecode: 2, msdyn_statuscode: 3 }],
  [status.closed, { statecode: 3, statuscode: 4, msdyn_statecode: 3, msdyn_statuscode: 4 }],
  [status.wrapUp, { statecode: 4, statuscode: 5, msdyn_statecode: 4, msdyn_statuscode: 5 }],
]);

/** What a change of the conversation means for its ongoing conversation: only the columns it has. */
export function mirror(values: ConversationValues): MirrorValues {
  const same = Object.fromEntries(alike.filter((name) => name in values).map((name) => [name, values[name]]));
  return {
    ...same,
    ...(values.statuscode == null ? {} : states.get(values.statuscode)),
    ...('subject' in values ? { msdyn_subject: values.subject ?? null } : {}),
    ...('msdyn_title' in values ? { msdyn_title: values.msdyn_title?.slice(0, 100) ?? null } : {}),
    ...('msdyn_lastsessionid' in values ? { msdyn_oclastsessionid: values.msdyn_lastsessionid ?? null } : {}),
    ...(values.msdyn_channel ? { msdyn_channel: values.msdyn_channel.flatMap(mirroredChannel) } : {}),
  };
}

type MirroredChannel = NonNullable<MirrorValues['msdyn_channel']>[number];

/** The choice of the ongoing conversation calls a voice call "Voice", and lacks two channels. */
function mirroredChannel(one: NonNullable<ConversationValues['msdyn_channel']>[number]): MirroredChannel[] {
  if (one === channel.voiceCall) return [channel.voice];
  return one === channel.appleMessages || one === channel.googleMessages ? [] : [one];
}
