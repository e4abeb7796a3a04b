import { CCaaS_AcceptCall } from './actions/CCaaS_AcceptCall.ts';
import { CCaaS_EndCall } from './actions/CCaaS_EndCall.ts';
import { CCaaS_HoldCall } from './actions/CCaaS_HoldCall.ts';
import { CCaaS_ModifyAgentPresence } from './actions/CCaaS_ModifyAgentPresence.ts';
import { CCaaS_UnholdCall } from './actions/CCaaS_UnholdCall.ts';
import { wirechief_CloseSession } from './actions/wirechief_CloseSession.ts';
import { wirechief_RejectCall } from './actions/wirechief_RejectCall.ts';
import { RetrieveCurrentOrganization } from './functions/RetrieveCurrentOrganization.ts';
import { RetrieveVersion } from './functions/RetrieveVersion.ts';
import { WhoAmI } from './functions/WhoAmI.ts';
import type { Perform } from './operation.ts';

/** The operations that this server carries out, by wire name: those that plan/operations.ts marks as served, where their
 *  parameters are declared. */
export const handlers: ReadonlyMap<string, Perform> = new Map<string, Perform>([
  ['CCaaS_AcceptCall', CCaaS_AcceptCall],
  ['CCaaS_HoldCall', CCaaS_HoldCall],
  ['CCaaS_UnholdCall', CCaaS_UnholdCall],
  ['CCaaS_EndCall', CCaaS_EndCall],
  ['CCaaS_ModifyAgentPresence', CCaaS_ModifyAgentPresence],
  ['wirechief_RejectCall', wirechief_RejectCall],
  ['wirechief_CloseSession', wirechief_CloseSession],
  ['WhoAmI', WhoAmI],
  ['RetrieveVersion', RetrieveVersion],
  ['RetrieveCurrentOrganization', RetrieveCurrentOrganization],
]);
