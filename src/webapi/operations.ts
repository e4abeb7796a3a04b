import { AddMembersTeam } from './actions/AddMembersTeam.ts';
import { AddPrivilegesRole } from './actions/AddPrivilegesRole.ts';
import { AddToQueue } from './actions/AddToQueue.ts';
import { CCaaS_GetRepresentativeAvailabilityBeforeConversation } from './actions/CCaaS_GetRepresentativeAvailabilityBeforeConversation.ts';
import { CCaaS_GetRepresentativeAvailabilityForConversation } from './actions/CCaaS_GetRepresentativeAvailabilityForConversation.ts';
import { CCaaS_ModifyAgentPresence } from './actions/CCaaS_ModifyAgentPresence.ts';
import { CloseIncident } from './actions/CloseIncident.ts';
import { CommitFileBlocksUpload } from './actions/CommitFileBlocksUpload.ts';
import { CreateMultiple } from './actions/CreateMultiple.ts';
import { DeleteFile } from './actions/DeleteFile.ts';
import { DeleteMultiple } from './actions/DeleteMultiple.ts';
import { DownloadBlock } from './actions/DownloadBlock.ts';
import { GrantAccess } from './actions/GrantAccess.ts';
import { InitializeFileBlocksDownload } from './actions/InitializeFileBlocksDownload.ts';
import { InitializeFileBlocksUpload } from './actions/InitializeFileBlocksUpload.ts';
import { Merge } from './actions/Merge.ts';
import { ModifyAccess } from './actions/ModifyAccess.ts';
import { PickFromQueue } from './actions/PickFromQueue.ts';
import { ReleaseToQueue } from './actions/ReleaseToQueue.ts';
import { RemoveFromQueue } from './actions/RemoveFromQueue.ts';
import { RemoveMembersTeam } from './actions/RemoveMembersTeam.ts';
import { ReplacePrivilegesRole } from './actions/ReplacePrivilegesRole.ts';
import { RevokeAccess } from './actions/RevokeAccess.ts';
import { RouteTo } from './actions/RouteTo.ts';
import { UpdateMultiple } from './actions/UpdateMultiple.ts';
import { UploadBlock } from './actions/UploadBlock.ts';
import { UpsertMultiple } from './actions/UpsertMultiple.ts';
import { wirechief_AssignConversation } from './actions/wirechief_AssignConversation.ts';
import { wirechief_CreateContactFromCaller } from './actions/wirechief_CreateContactFromCaller.ts';
import { wirechief_DialCustomer } from './actions/wirechief_DialCustomer.ts';
import { wirechief_LinkCaller } from './actions/wirechief_LinkCaller.ts';
import { wirechief_PickConversation } from './actions/wirechief_PickConversation.ts';
import { wirechief_UnlinkCaller } from './actions/wirechief_UnlinkCaller.ts';
import { callControlHandlers } from './call-control.ts';
import { dataHandlers } from './data-operations.ts';
import { definitionHandlers } from './definitions/operations.ts';
import { CCaaS_GetPresence } from './functions/CCaaS_GetPresence.ts';
import { FormatAddress } from './functions/FormatAddress.ts';
import { GetTimeZoneCodeByLocalizedName } from './functions/GetTimeZoneCodeByLocalizedName.ts';
import { InitializeFrom } from './functions/InitializeFrom.ts';
import { IsValidStateTransition } from './functions/IsValidStateTransition.ts';
import { RetrieveCurrentOrganization } from './functions/RetrieveCurrentOrganization.ts';
import { RetrievePrincipalAccess } from './functions/RetrievePrincipalAccess.ts';
import { RetrieveSharedPrincipalsAndAccess } from './functions/RetrieveSharedPrincipalsAndAccess.ts';
import { RetrieveTotalRecordCount } from './functions/RetrieveTotalRecordCount.ts';
import { RetrieveUserPrivileges } from './functions/RetrieveUserPrivileges.ts';
import { RetrieveVersion } from './functions/RetrieveVersion.ts';
import { WhoAmI } from './functions/WhoAmI.ts';
import { wirechief_ExplainAgent } from './functions/wirechief_ExplainAgent.ts';
import { wirechief_ExplainConversation } from './functions/wirechief_ExplainConversation.ts';
import { wirechief_ExplainRouting } from './functions/wirechief_ExplainRouting.ts';
import type { Perform } from './operation.ts';

/** The operations that this server carries out, by wire name: those that plan/operations.ts marks as served, where their
 *  parameters are declared. */
export const handlers: ReadonlyMap<string, Perform> = new Map<string, Perform>([
  ...callControlHandlers,
  ['CCaaS_ModifyAgentPresence', CCaaS_ModifyAgentPresence],
  ['wirechief_PickConversation', wirechief_PickConversation],
  ['wirechief_AssignConversation', wirechief_AssignConversation],
  ['wirechief_DialCustomer', wirechief_DialCustomer],
  ['wirechief_CreateContactFromCaller', wirechief_CreateContactFromCaller],
  ['wirechief_LinkCaller', wirechief_LinkCaller],
  ['wirechief_UnlinkCaller', wirechief_UnlinkCaller],
  ['CCaaS_GetPresence', CCaaS_GetPresence],
  [
    'CCaaS_GetRepresentativeAvailabilityBeforeConversation',
    CCaaS_GetRepresentativeAvailabilityBeforeConversation,
  ],
  ['CCaaS_GetRepresentativeAvailabilityForConversation', CCaaS_GetRepresentativeAvailabilityForConversation],
  ['wirechief_ExplainAgent', wirechief_ExplainAgent],
  ['wirechief_ExplainConversation', wirechief_ExplainConversation],
  ['wirechief_ExplainRouting', wirechief_ExplainRouting],
  ['CommitFileBlocksUpload', CommitFileBlocksUpload],
  ['DeleteFile', DeleteFile],
  ['DownloadBlock', DownloadBlock],
  ['InitializeFileBlocksDownload', InitializeFileBlocksDownload],
  ['InitializeFileBlocksUpload', InitializeFileBlocksUpload],
  ['UploadBlock', UploadBlock],
  ['WhoAmI', WhoAmI],
  ['RetrieveVersion', RetrieveVersion],
  ['RetrieveCurrentOrganization', RetrieveCurrentOrganization],
  ['AddToQueue', AddToQueue],
  ['PickFromQueue', PickFromQueue],
  ['ReleaseToQueue', ReleaseToQueue],
  ['RemoveFromQueue', RemoveFromQueue],
  ['RouteTo', RouteTo],
  ['CloseIncident', CloseIncident],
  ['Merge', Merge],
  ['CreateMultiple', CreateMultiple],
  ['UpdateMultiple', UpdateMultiple],
  ['UpsertMultiple', UpsertMultiple],
  ['DeleteMultiple', DeleteMultiple],
  ['RetrieveTotalRecordCount', RetrieveTotalRecordCount],
  ['IsValidStateTransition', IsValidStateTransition],
  ['FormatAddress', FormatAddress],
  ['GetTimeZoneCodeByLocalizedName', GetTimeZoneCodeByLocalizedName],
  ['InitializeFrom', InitializeFrom],
  ['AddMembersTeam', AddMembersTeam],
  ['AddPrivilegesRole', AddPrivilegesRole],
  ['GrantAccess', GrantAccess],
  ['ModifyAccess', ModifyAccess],
  ['RemoveMembersTeam', RemoveMembersTeam],
  ['ReplacePrivilegesRole', ReplacePrivilegesRole],
  ['RevokeAccess', RevokeAccess],
  ['RetrievePrincipalAccess', RetrievePrincipalAccess],
  ['RetrieveSharedPrincipalsAndAccess', RetrieveSharedPrincipalsAndAccess],
  ['RetrieveUserPrivileges', RetrieveUserPrivileges],
  ...dataHandlers,
  ...definitionHandlers,
]);
