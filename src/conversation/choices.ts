/** The values of Dynamics' choices that the engine writes, under the names the product gives them. */

/** msdyn_ocliveworkitem.statuscode; its state is Closed for `closed` and Open for the rest (behaviour.md §1.1). */
export const status = { open: 1, active: 2, waiting: 3, closed: 4, wrapUp: 5 } as const;

/** msdyn_statuschangereason (behaviour.md §1.1). The third letter is missing in the product's own spelling. */
export const change = {
  awaitingAgentAssignment: 192350001,
  awaitingAgentAcceptance: 192350002,
  inConversation: 192350003,
  awaitingCustomerResponse: 192350004,
  agentMovedToWrapUp: 192350005,
  customerLeftActiveConversation: 192350006,
  customerMovedToWrapUp: 192350007,
  endedByAgent: 192350008,
  autoClosedFromWaiting: 192350009,
  autoClosedBySystem: 192350010,
  closedDueToOverflow: 192350011,
  customerLeftOpenConversation: 192350012,
  endedByBot: 192350013,
  closedDueToFailure: 192350014,
  forceClosedBySupervisor: 192350015,
  closedByHand: 192350016,
  assignedBySupervisor: 192350017,
} as const;

/** msdyn_closurereason of a session: the published values, all of them (behaviour.md §2.2). The label of 006 is spelt
 *  `AgentTransfered` in the table. */
export const closure = {
  default: 192350000,
  agentReject: 192350001,
  agentTimeout: 192350002,
  conversationTimeout: 192350003,
  agentClosed: 192350004,
  conversationClosed: 192350005,
  agentTransferred: 192350006,
  agentDisconnected: 192350007,
  agentReRouted: 192350008,
  virtualAgentClosed: 192350009,
  agentTransferToQueue: 192350010,
  supervisorAssignToQueue: 192350011,
  supervisorTransferToAgent: 192350012,
  systemReject: 192350013,
  forceClose: 192350014,
  overflowQueueTransfer: 192350015,
  overflowEndConversation: 192350016,
  addAgentFailed: 192350017,
  autoClose: 192350018,
  secondaryChannelClosed: 192350019,
  customerDisconnect: 192350020,
  agentEndConversation: 192350021,
  customerEndConversation: 192350022,
  queueTransfer: 192350023,
  inqueueOverflowQueueTransfer: 192350024,
  inqueueOverflowEndConversation: 192350025,
  botTransferToAgent: 192350026,
  botEndConversation: 192350027,
  botCallFailureEndConversation: 192350028,
  botCallFailureExternalTransfer: 192350029,
  botCallFailurePromptAndEscalate: 192350030,
  botCallFailureEscalate: 192350031,
  manuallyClosedSession: 192350034,
  externalAgentAccept: 192350036,
  externalAgentReject: 192350037,
  externalAgentTransfer: 192350038,
  voiceConnectivityProblem: 192350054,
  maximumSessionsReached: 192350055,
  callTimedOut: 192350056,
  customerNonResponseTimeoutRule: 192350061,
  agentNonResponseTimeoutRule: 192350062,
  agentMovedConversationToWaiting: 192350063,
  autoRejectedDueToBrowserRefresh: 192350064,
  autoRejectAsOutboundCallInProgress: 192350065,
} as const;

/** msdyn_sessioncreationreason and msdyn_queueassignedreason (behaviour.md §2.1). */
export const creation = {
  default: 192350000,
  agentTransfer: 192350001,
  queueTransfer: 192350002,
  agentInviteRejected: 192350008,
  agentInviteTimeout: 192350009,
  agentDisconnected: 192350010,
  botTransferSession: 192350024,
  assignToAgentBySupervisor: 192350026,
  assignToQueueBySupervisor: 192350027,
  customerRejoin: 192350028,
  supervisorTransferToAgent: 192350031,
  overflowQueueTransfer: 192350034,
  overflowAssignToQueue: 192350036,
  agentConversationJoin: 192350041,
  botCallFailureExternalTransfer: 192350044,
  botCallFailurePromptAndEscalate: 192350045,
  botCallFailureEscalate: 192350046,
  customerReconnect: 192350049,
} as const;

/** msdyn_sessionparticipant.msdyn_assignreason by the reason for which the session was made. The first assignment of
 *  a conversation reads InitChat; the rest read as the reason itself does (behaviour.md §2.3). */
export const assignReason: ReadonlyMap<number, string> = new Map([
  [creation.default, 'InitChat'],
  [creation.agentInviteRejected, 'AgentInviteRejected'],
  [creation.agentInviteTimeout, 'AgentInviteTimeout'],
  [creation.agentDisconnected, 'AgentDisconnected'],
  [creation.botTransferSession, 'BotTransferSession'],
  [creation.customerRejoin, 'CustomerReconnect'],
  [creation.customerReconnect, 'CustomerReconnect'],
  [creation.agentConversationJoin, 'AgentConversationRejoin'],
  [creation.agentTransfer, 'AgentTransfer'],
  [creation.assignToAgentBySupervisor, 'SupervisorAssign'],
  [creation.supervisorTransferToAgent, 'SupervisorTransferToAgent'],
]);

/** msdyn_sessionevent.msdyn_eventtype. */
export const sessionEvent = {
  queueAssigned: 192350001,
  agentAssigned: 192350002,
  agentAccepted: 192350003,
  agentInviteRejected: 192350004,
  sessionEnd: 192350005,
  agentInviteTimeout: 192350007,
  participantInvited: 192350009,
  participantInviteRejected: 192350010,
  participantInviteAccepted: 192350011,
  participantInviteTimeout: 192350012,
  participantEnd: 192350013,
  agentDisconnected: 192350014,
  customerDisconnected: 192350017,
  transferedToAgent: 192350018,
  transferedToQueue: 192350019,
  participantLeft: 192350020,
  botTransferSession: 192350021,
  botEndConversation: 192350022,
  assignToAgentBySupervisor: 192350023,
  assignToQueueBySupervisor: 192350024,
  customerEndConversation: 192350025,
  agentEndConversation: 192350026,
  agentEndConsult: 192350029,
  supervisorForceClose: 192350030,
  sessionEndAfterWrapUp: 192350031,
  expiredConversationClose: 192350032,
} as const;

/** wirechief_offer.statuscode. */
export const offerStatus = { pending: 1, accepted: 2, rejected: 3, expired: 4, withdrawn: 5 } as const;

/** msdyn_conversationactivitystate. */
export const activity = { none: 0, talk: 1, hold: 2, ended: 3 } as const;

/** msdyn_ocsession.msdyn_state, the older of its two states. */
export const sessionState = { active: 192350001, closed: 192350002, new: 192350003 } as const;

/** msdyn_channel of a conversation, a session and a channel configuration, and msdyn_streamsource of a workstream.
 *  "Voice" stands for "Voice call" on msdyn_liveconversation, whose choice lacks it. */
export const channel = {
  teams: 19241000,
  whatsApp: 192300000,
  line: 192310000,
  weChat: 192320000,
  facebook: 192330000,
  sms: 192340000,
  entityRecords: 192350000,
  twitter: 192350001,
  custom: 192350002,
  liveChat: 192360000,
  voice: 192370000,
  voiceCall: 192440000,
  appleMessages: 192450000,
  googleMessages: 192450001,
} as const;

/** msdyn_liveworkstream.msdyn_conversationmode. */
export const conversationMode = { liveChat: 192350000, persistentChat: 192350001 } as const;

/** msdyn_liveworkitemevent.msdyn_liveworkitemevent. */
export const workItemEvent = { created: 192350001, customerRejoin: 192350003 } as const;

/** msdyn_sessionparticipant.msdyn_mode. */
export const mode = {
  primary: 192350002,
  consult: 192350003,
  monitor: 192350004,
  preview: 192350005,
} as const;

/** msdyn_presence.msdyn_basepresencestatus (behaviour.md §4.7). */
export const base = {
  available: 192360000,
  busy: 192360001,
  doNotDisturb: 192360002,
  away: 192360003,
  offline: 192360004,
} as const;

/** msdyn_unifiedroutingrun.msdyn_routingstatus. */
export const routingStatus = { routed: 100000002, assigned: 100000006 } as const;

/** msdyn_unifiedroutingdiagnostic: msdyn_diagnosticdatatype and msdyn_ruletype. */
export const diagnostic = {
  identification: { data: 0, rule: 11 },
  classification: { data: 2, rule: 1 },
  routeToQueue: { data: 3, rule: 2 },
  assignment: { data: 4, rule: 6 },
} as const;

/** wirechief_callerlink: wirechief_kind. */
export const linkKind = { linked: 1, contactCreated: 2, automatic: 3, unlinked: 4, adopted: 5 } as const;
