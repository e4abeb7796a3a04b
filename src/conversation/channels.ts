/** What kind of conversation a channel makes, which decides what may become of it. Source: behaviour.md §1.2, whose
 *  columns these are. */
import { channel, conversationMode } from './choices.ts';

/** `voice`: a call. `liveChat`: a chat that ends when either side leaves. `messaging`: asynchronous channels (SMS,
 *  social, Teams, custom) and persistent chat, where the customer may come back later. `record`: a row that is routed. */
export type Kind = 'voice' | 'liveChat' | 'messaging' | 'record';

const kinds: ReadonlyMap<number, Kind> = new Map([
  [channel.voiceCall, 'voice'],
  [channel.voice, 'voice'],
  [channel.entityRecords, 'record'],
  ...[
    channel.teams,
    channel.whatsApp,
    channel.line,
    channel.weChat,
    channel.facebook,
    channel.sms,
    channel.twitter,
    channel.custom,
    channel.appleMessages,
    channel.googleMessages,
  ].map((one): [number, Kind] => [one, 'messaging']),
]);

/** The kind of a conversation by its first channel and, for chat, the mode of its workstream. A channel nobody knows,
 *  or none, counts as voice: that is what conversations were before they had other channels. */
export function kindOf(channels: readonly number[] | null, mode: number | null): Kind {
  const [first] = channels ?? [];
  if (first === channel.liveChat) return mode === conversationMode.persistentChat ? 'messaging' : 'liveChat';
  return (first === undefined ? undefined : kinds.get(first)) ?? 'voice';
}

/** Whether conversation `alias` of a statement is a call, by the same rule as kindOf. */
export const isCallInSql = (alias: string): string => {
  const others = [channel.liveChat, ...[...kinds].flatMap(([one, kind]) => (kind === 'voice' ? [] : [one]))];
  return `coalesce((${alias}."msdyn_channel")[1] not in (${others.join(', ')}), true)`;
};

/** The engagement context that a channel's conversation has: the table, and the column that names the conversation. */
export const contextTables: ReadonlyMap<number, string> = new Map([
  [channel.liveChat, 'msdyn_livechatengagementctx'],
  [channel.sms, 'msdyn_smsengagementctx'],
  [channel.whatsApp, 'msdyn_whatsappengagementctx'],
  [channel.facebook, 'msdyn_facebookengagementctx'],
  [channel.line, 'msdyn_lineengagementctx'],
  [channel.weChat, 'msdyn_wechatengagementctx'],
  [channel.twitter, 'msdyn_twitterengagementctx'],
  [channel.teams, 'msdyn_teamsengagementctx'],
  [channel.custom, 'msdyn_customengagementctx'],
  [channel.appleMessages, 'msdyn_ocapplemessagesforbusinessengagementctx'],
  [channel.googleMessages, 'msdyn_ocgooglebusinessmessagesengagementctx'],
  [channel.entityRecords, 'msdyn_cdsentityengagementctx'],
]);
