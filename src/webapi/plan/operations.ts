/** A parameter of an operation or a member of its result. `type` as the CSDL writes it: `Edm.String`,
 *  `mscrm.queueitem`, `Collection(Edm.Guid)`; a type of another name is declared in metadata/types.ts. */
export interface Member {
  readonly name: string;
  readonly type: string;
  /** May not be null; a parameter must be given. */
  readonly required?: true;
}

/** What an operation takes and gives. `parameters` without the binding one; left out when no source tells them.
 *  `returns`: the members of its `<Name>Response`, or the name of the one type that it gives itself; left out for none. */
export interface Signature {
  readonly parameters?: readonly Member[];
  readonly returns?: readonly Member[] | string;
}

/** The operations of the product by wire name, so that a known name that is not served yet is told from an unknown one.
 *  Sources: webapi.md §11 and §12, actions.json. */
export interface Operation extends Signature {
  readonly kind: 'function' | 'action';
  /** The table it is bound to; null when it stands by itself; `*` when bound to several. */
  readonly bound: string | null;
  /** Bound to the set, not to one row. */
  readonly onSet?: true;
  /** Served by this server. */
  readonly served?: true;
}

const action = (bound: string | null, more: Partial<Operation> = {}): Operation => ({
  kind: 'action',
  bound,
  ...more,
});
const fn = (bound: string | null, more: Partial<Operation> = {}): Operation => ({
  kind: 'function',
  bound,
  ...more,
});
const served = { served: true } as const;
const conversation = 'msdyn_ocliveworkitem';

/** Call control on a conversation: no parameters, no result, acts as the caller. Parameters are not published; having
 *  none is ours. */
const callActions: readonly string[] = [
  ...['CCaaS_AcceptCall', 'CCaaS_HoldCall', 'CCaaS_UnholdCall', 'CCaaS_EndCall'],
  ...['wirechief_RejectCall', 'wirechief_CloseSession'],
];

const callActionsToCome: readonly string[] = [
  ...['AcceptPhoneCall', 'BargeInToCall', 'CloseExternalSession', 'EndPhoneCall', 'ExternalCallReject'],
  ...['ExternalCallTransfer', 'GetCallState', 'InitiateExternalTransfer'],
  ...['PauseRecordingAndTranscription', 'RejectExternalTransfer', 'ResumeRecordingAndTranscription'],
  ...['StartRecordingAndTranscription', 'StartTranscription', 'StopTranscription'],
].map((name) => `CCaaS_${name}`);

const unboundActionsToCome: readonly string[] = [
  ...[
    'CCaaS_CreateProactiveVoiceDelivery',
    'CCaaS_CreateProactiveDelivery',
    'CCaaS_CreateSimpleProactiveDelivery',
  ],
  ...['CCaaS_CreateProactiveSMSDelivery', 'CCaaS_CreateProactiveBulkDelivery'],
  ...['CCaaS_CreateProactiveBulkDeliveryV2', 'CCaaS_CreateOperation', 'CCaaS_CancelDeliveryTask'],
  ...['CCaaS_GetRepresentativeAvailabilityBeforeConversation'],
  ...['CCaaS_GetRepresentativeAvailabilityForConversation'],
  ...['RouteTo', 'GrantAccess', 'ModifyAccess', 'RevokeAccess', 'CloseIncident', 'Merge', 'BulkDelete'],
  ...['InitializeFileBlocksUpload', 'UploadBlock', 'CommitFileBlocksUpload', 'InitializeFileBlocksDownload'],
  ...['DownloadBlock', 'DeleteFile'],
];

const functionsToCome: readonly string[] = [
  ...['CCaaS_GetDeliveryTasks', 'CCaaS_GetPresence', 'RetrieveTotalRecordCount'],
  ...['RetrieveSharedPrincipalsAndAccess', 'IsValidStateTransition', 'InitializeFrom'],
  ...['RetrieveMetadataChanges', 'FormatAddress', 'GetTimeZoneCodeByLocalizedName', 'RetrieveDuplicates'],
  ...['RetrieveLocLabels', 'CalculateRollupField'],
];

const named = (names: readonly string[], operation: Operation): [string, Operation][] =>
  names.map((name) => [name, operation]);

/** Every operation. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ...named(callActions, action(conversation, served)),
  ...named(callActionsToCome, action(conversation)),
  ...named(['CCaaS_ModifyAgentPresence'], action(null, served)),
  ...named(unboundActionsToCome, action(null)),
  ...named(['WhoAmI', 'RetrieveVersion', 'RetrieveCurrentOrganization'], fn(null, served)),
  ...named(functionsToCome, fn(null)),
  ...named(['RetrievePrincipalAccess', 'RetrieveUserPrivileges'], fn('*')),
  ...named(['AddToQueue'], action('queue')),
  ...named(['PickFromQueue', 'ReleaseToQueue', 'RemoveFromQueue'], action('queueitem')),
  ...named(['AddMembersTeam', 'RemoveMembersTeam'], action('team')),
  ...named(
    ['CreateMultiple', 'UpdateMultiple', 'UpsertMultiple', 'DeleteMultiple'],
    action('*', { onSet: true }),
  ),
]);
