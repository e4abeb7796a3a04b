/** Call control on a conversation, by what it takes besides RequestId, an id of the asker's choice: the same one again has
 *  no effect. Nothing comes back. Parameters are not published; these are ours, and the messages of our prefix say what
 *  the product has no message for. */
export const callActions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CCaaS_AcceptCall: {},
  CCaaS_AcceptPhoneCall: {},
  CCaaS_BargeInToCall: {},
  CCaaS_CloseExternalSession: {},
  CCaaS_EndCall: {},
  CCaaS_EndPhoneCall: {},
  CCaaS_ExternalCallReject: {},
  CCaaS_ExternalCallTransfer: { PartyId: 'Edm.Guid' },
  CCaaS_HoldCall: {},
  CCaaS_InitiateExternalTransfer: { PhoneNumber: 'Edm.String!', IsBridged: 'Edm.Boolean' },
  CCaaS_PauseRecordingAndTranscription: {},
  CCaaS_RejectExternalTransfer: {},
  CCaaS_ResumeRecordingAndTranscription: {},
  CCaaS_StartRecordingAndTranscription: {},
  CCaaS_StartTranscription: {},
  CCaaS_StopTranscription: {},
  CCaaS_UnholdCall: {},
  wirechief_CloseSession: {},
  wirechief_ConsultInCall: { AgentId: 'Edm.Guid', QueueId: 'Edm.Guid', PhoneNumber: 'Edm.String' },
  wirechief_DropParty: { PartyId: 'Edm.Guid!' },
  wirechief_ForceCloseConversation: {},
  wirechief_HoldParty: { PartyId: 'Edm.Guid!' },
  wirechief_LeaveCall: {},
  wirechief_MergeCall: {},
  wirechief_MonitorCall: {},
  wirechief_PickConversation: {},
  wirechief_PromoteParty: { PartyId: 'Edm.Guid!' },
  wirechief_RejectCall: {},
  wirechief_RejoinCall: {},
  wirechief_SendKey: { Key: 'Edm.String!', PartyId: 'Edm.Guid' },
  wirechief_SupervisorTransferToAgent: { AgentId: 'Edm.Guid!' },
  wirechief_TransferToAgent: { AgentId: 'Edm.Guid!' },
  wirechief_TransferToQueue: { QueueId: 'Edm.Guid!' },
  wirechief_UnholdParty: { PartyId: 'Edm.Guid!' },
  wirechief_WhisperInCall: {},
};

/** Who the caller of a conversation is, said by hand. The product's own messages are not published. */
export const callerActions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  wirechief_CreateContactFromCaller: {
    FirstName: 'Edm.String',
    LastName: 'Edm.String!',
    AdoptHistory: 'Edm.Boolean',
  },
  wirechief_LinkCaller: {
    ContactId: 'Edm.Guid',
    AccountId: 'Edm.Guid',
    IncidentId: 'Edm.Guid',
    AdoptHistory: 'Edm.Boolean',
  },
  wirechief_UnlinkCaller: {},
};

/** What wirechief_DialCustomer takes, and what it answers. */
export const dialling: Readonly<Record<string, string>> = {
  PhoneNumber: 'Edm.String!',
  ProfileId: 'Edm.Guid',
  ConversationId: 'Edm.Guid',
};
export const dialled: Readonly<Record<string, string>> = { ConversationId: 'Edm.Guid!' };

/** What CCaaS_GetCallState answers. */
export const callState: Readonly<Record<string, string>> = {
  State: 'Edm.String!',
  IsCustomerOnHold: 'Edm.Boolean!',
  Recording: 'Edm.String!',
  Transcription: 'Edm.String!',
  Parties: 'Collection(mscrm.wirechief_CallPartyState)!',
};
