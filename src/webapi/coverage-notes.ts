/** What the code's own tables do not tell of coverage: which parts differ from the product, by the number in
 *  docs/differences.md, and the way round what is not there. */

/** Kind and name → number of the difference. */
export const differing: { readonly [entry: string]: number } = {
  'table wirechief_callcontrol': 1,
  'table wirechief_callparty': 1,
  'table wirechief_offer': 1,
  'message CCaaS_AcceptCall': 2,
  'message CCaaS_HoldCall': 2,
  'message CCaaS_UnholdCall': 2,
  'message CCaaS_EndCall': 2,
  'message wirechief_RejectCall': 2,
  'message wirechief_CloseSession': 2,
  'message wirechief_AssignConversation': 53,
  'message wirechief_PickConversation': 53,
  'message CCaaS_GetPresence': 54,
};

/** Kind and name → what to do instead, for as long as it is not there. */
export const waysRound: { readonly [entry: string]: string } = {
  'message CCaaS_AcceptPhoneCall': 'CCaaS_AcceptCall',
  'message CCaaS_EndPhoneCall': 'CCaaS_EndCall',
  'message CCaaS_ExternalCallReject': 'wirechief_RejectCall',
  'message CCaaS_GetCallState': 'read msdyn_ocliveworkitem: statuscode says it',
  'message BulkDelete': 'DeleteMultiple, or DELETE in a $batch',
  'message InitializeFileBlocksUpload': 'PATCH the file column, in pieces if large',
  'message UploadBlock': 'PATCH the file column, in pieces if large',
  'message CommitFileBlocksUpload': 'PATCH the file column, in pieces if large',
  'message InitializeFileBlocksDownload': 'GET the file column, with Range if large',
  'message DownloadBlock': 'GET the file column, with Range if large',
  'message DeleteFile': 'DELETE the file column',
  'message RetrieveDuplicates': 'read with $filter on the columns that make a duplicate',
};
