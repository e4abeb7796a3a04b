/** What an agent does to a call, as the product's actions on the conversation (actions.json). */
import { useMutation } from '@tanstack/react-query';
import { runAction } from '../kit/web-api.ts';

/** The bound actions the call controls use. */
export type CallAction = 'CCaaS_HoldCall' | 'CCaaS_UnholdCall' | 'CCaaS_EndCall' | 'wirechief_CloseSession';

/** Runs an action on a conversation; none of them is optimistic (ui.md §8). */
export function useCallAction(conversation: string) {
  return useMutation({
    mutationFn: (action: CallAction) =>
      runAction(`msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${action}`),
  });
}
