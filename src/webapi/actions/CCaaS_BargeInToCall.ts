import { supervisorRequest } from './call-action.ts';

/** A supervisor joins the call and talks with everybody.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict, privilegeMissing, accessDenied.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_BargeInToCall = supervisorRequest((asked) => ({
  type: 'SupervisionRequested',
  ...asked,
  part: 'barge',
}));
