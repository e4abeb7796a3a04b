/** The values of Dynamics' choices that the engine writes, under the names the product gives them. */

/** msdyn_ocliveworkitem.statuscode; its state is Closed for `closed` and Open for the rest (behaviour.md §1.1). */
export const status = { open: 1, active: 2, closed: 4, wrapUp: 5 } as const;

/** msdyn_statuschangereason (behaviour.md §1.1). The third letter is missing in the product's own spelling. */
export const change = {
  awaitingAgentAssignment: 192350001,
  awaitingAgentAcceptance: 192350002,
  inConversation: 192350003,
  agentMovedToWrapUp: 192350005,
  customerLeftActiveConversation: 192350006,
  endedByAgent: 192350008,
  autoClosedBySystem: 192350010,
  customerLeftOpenConversation: 192350012,
  endedByBot: 192350013,
  closedDueToFailure: 192350014,
  closedByHand: 192350016,
} as const;

/** msdyn_closurereason of a session (behaviour.md §2.2). */
export const closure = {
  agentReject: 192350001,
  agentTimeout: 192350002,
  agentClosed: 192350004,
  conversationClosed: 192350005,
  agentDisconnected: 192350007,
  autoClose: 192350018,
  customerDisconnect: 192350020,
  agentEndConversation: 192350021,
  customerEndConversation: 192350022,
  botTransferToAgent: 192350026,
  botEndConversation: 192350027,
  voiceConnectivityProblem: 192350054,
  callTimedOut: 192350056,
} as const;

/** msdyn_sessioncreationreason and msdyn_queueassignedreason (behaviour.md §2.1). */
export const creation = {
  default: 192350000,
  agentInviteRejected: 192350008,
  agentInviteTimeout: 192350009,
  agentDisconnected: 192350010,
  botTransferSession: 192350024,
} as const;

/** msdyn_sessionparticipant.msdyn_assignreason by the reason for which the session was made. The first assignment of
 *  a conversation reads InitChat; the rest read as the reason itself does (behaviour.md §2.3). */
export const assignReason: ReadonlyMap<number, string> = new Map([
  [creation.default, 'InitChat'],
  [creation.agentInviteRejected, 'AgentInviteRejected'],
  [creation.agentInviteTimeout, 'AgentInviteTimeout'],
  [creation.agentDisconnected, 'AgentDisconnected'],
  [creation.botTransferSession, 'BotTransferSession'],
]);

/** msdyn_sessionevent.msdyn_eventtype. */
export const sessionEvent = {
  queueAssigned: 192350001,
  agentAssigned: 192350002,
  agentAccepted: 192350003,
  agentInviteRejected: 192350004,
  sessionEnd: 192350005,
  agentInviteTimeout: 192350007,
  agentDisconnected: 192350014,
  customerDisconnected: 192350017,
  botTransferSession: 192350021,
  botEndConversation: 192350022,
  customerEndConversation: 192350025,
  agentEndConversation: 192350026,
  sessionEndAfterWrapUp: 192350031,
  expiredConversationClose: 192350032,
} as const;

/** wirechief_offer.statuscode. */
export const offerStatus = { pending: 1, accepted: 2, rejected: 3, expired: 4, withdrawn: 5 } as const;

/** msdyn_conversationactivitystate. */
export const activity = { none: 0, talk: 1, hold: 2, ended: 3 } as const;

/** msdyn_ocsession.msdyn_state, the older of its two states. */
export const sessionState = { active: 192350001, closed: 192350002, new: 192350003 } as const;

/** The channel "Voice call", and "Voice", which stands for it on msdyn_liveconversation, whose choice lacks it. */
export const channel = { voiceCall: 192440000, voice: 192370000 } as const;

/** msdyn_sessionparticipant.msdyn_mode. */
export const mode = { primary: 192350002 } as const;

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
  routeToQueue: { data: 3, rule: 2 },
  assignment: { data: 4, rule: 6 },
} as const;
