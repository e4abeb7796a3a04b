/** The limits of a channel's states by rows, inside another statement. Source: behaviour.md §1.3. */
import type { AutoClose } from '../limits.ts';

/** A select item named `closes_after`. `channels`: the expression of an array of channels, whose first counts. */
export const closesAfterSelection = (channels: string): string =>
  `(select json_object_agg(k."msdyn_ocliveworkitemstate", k."msdyn_autocloseliveworkitemafter")
    from "dataverse"."msdyn_occhannelconfiguration" h
    join "dataverse"."msdyn_occhannelstateconfiguration" k
      on k."msdyn_occhannelconfigurationid" = h."msdyn_occhannelconfigurationid" and k."statecode" = 0
    where h."msdyn_streamsource" = (${channels})[1] and h."statecode" = 0
      and k."msdyn_ocliveworkitemstate" is not null) as closes_after`;

/** Reads it back. A persistent chat has the channel of live chat, whose limits are not its own. */
export function toClosesAfter(
  record: Record<string, unknown>,
  kind: 'voice' | 'liveChat' | 'messaging' | 'record',
  isLiveChat: boolean,
): AutoClose {
  const read = record.closes_after;
  if (typeof read !== 'object' || read === null || (isLiveChat && kind === 'messaging')) return {};
  // The database edge: the statement builds an object of minutes by state.
  return read as AutoClose;
}
