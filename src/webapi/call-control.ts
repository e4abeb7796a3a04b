/** The messages of call control, by wire name. */
import { CCaaS_AcceptCall } from './actions/CCaaS_AcceptCall.ts';
import { CCaaS_AcceptPhoneCall } from './actions/CCaaS_AcceptPhoneCall.ts';
import { CCaaS_BargeInToCall } from './actions/CCaaS_BargeInToCall.ts';
import { CCaaS_CloseExternalSession } from './actions/CCaaS_CloseExternalSession.ts';
import { CCaaS_EndCall } from './actions/CCaaS_EndCall.ts';
import { CCaaS_EndPhoneCall } from './actions/CCaaS_EndPhoneCall.ts';
import { CCaaS_ExternalCallReject } from './actions/CCaaS_ExternalCallReject.ts';
import { CCaaS_ExternalCallTransfer } from './actions/CCaaS_ExternalCallTransfer.ts';
import { CCaaS_GetCallState } from './actions/CCaaS_GetCallState.ts';
import { CCaaS_HoldCall } from './actions/CCaaS_HoldCall.ts';
import { CCaaS_InitiateExternalTransfer } from './actions/CCaaS_InitiateExternalTransfer.ts';
import { CCaaS_PauseRecordingAndTranscription } from './actions/CCaaS_PauseRecordingAndTranscription.ts';
import { CCaaS_RejectExternalTransfer } from './actions/CCaaS_RejectExternalTransfer.ts';
import { CCaaS_ResumeRecordingAndTranscription } from './actions/CCaaS_ResumeRecordingAndTranscription.ts';
import { CCaaS_StartRecordingAndTranscription } from './actions/CCaaS_StartRecordingAndTranscription.ts';
import { CCaaS_StartTranscription } from './actions/CCaaS_StartTranscription.ts';
import { CCaaS_StopTranscription } from './actions/CCaaS_StopTranscription.ts';
import { CCaaS_UnholdCall } from './actions/CCaaS_UnholdCall.ts';
import { wirechief_CloseSession } from './actions/wirechief_CloseSession.ts';
import { wirechief_ConsultInCall } from './actions/wirechief_ConsultInCall.ts';
import { wirechief_DropParty } from './actions/wirechief_DropParty.ts';
import { wirechief_ForceCloseConversation } from './actions/wirechief_ForceCloseConversation.ts';
import { wirechief_HoldParty } from './actions/wirechief_HoldParty.ts';
import { wirechief_LeaveCall } from './actions/wirechief_LeaveCall.ts';
import { wirechief_MergeCall } from './actions/wirechief_MergeCall.ts';
import { wirechief_MonitorCall } from './actions/wirechief_MonitorCall.ts';
import { wirechief_PromoteParty } from './actions/wirechief_PromoteParty.ts';
import { wirechief_RejectCall } from './actions/wirechief_RejectCall.ts';
import { wirechief_RejoinCall } from './actions/wirechief_RejoinCall.ts';
import { wirechief_SendKey } from './actions/wirechief_SendKey.ts';
import { wirechief_SupervisorTransferToAgent } from './actions/wirechief_SupervisorTransferToAgent.ts';
import { wirechief_TransferToAgent } from './actions/wirechief_TransferToAgent.ts';
import { wirechief_TransferToQueue } from './actions/wirechief_TransferToQueue.ts';
import { wirechief_UnholdParty } from './actions/wirechief_UnholdParty.ts';
import { wirechief_WhisperInCall } from './actions/wirechief_WhisperInCall.ts';
import type { Perform } from './operation.ts';

/** What carries each of them out. */
export const callControlHandlers: readonly [string, Perform][] = Object.entries({
  CCaaS_AcceptCall,
  CCaaS_AcceptPhoneCall,
  CCaaS_BargeInToCall,
  CCaaS_CloseExternalSession,
  CCaaS_EndCall,
  CCaaS_EndPhoneCall,
  CCaaS_ExternalCallReject,
  CCaaS_ExternalCallTransfer,
  CCaaS_GetCallState,
  CCaaS_HoldCall,
  CCaaS_InitiateExternalTransfer,
  CCaaS_PauseRecordingAndTranscription,
  CCaaS_RejectExternalTransfer,
  CCaaS_ResumeRecordingAndTranscription,
  CCaaS_StartRecordingAndTranscription,
  CCaaS_StartTranscription,
  CCaaS_StopTranscription,
  CCaaS_UnholdCall,
  wirechief_CloseSession,
  wirechief_ConsultInCall,
  wirechief_DropParty,
  wirechief_ForceCloseConversation,
  wirechief_HoldParty,
  wirechief_LeaveCall,
  wirechief_MergeCall,
  wirechief_MonitorCall,
  wirechief_PromoteParty,
  wirechief_RejectCall,
  wirechief_RejoinCall,
  wirechief_SendKey,
  wirechief_SupervisorTransferToAgent,
  wirechief_TransferToAgent,
  wirechief_TransferToQueue,
  wirechief_UnholdParty,
  wirechief_WhisperInCall,
});
