import { callActions, callerActions, callState, dialled, dialling } from './call-operations.ts';
import { dataOperations } from './data-operations.ts';
import { definitionOperations } from './definition-operations.ts';
import {
  availability,
  availabilityParameters,
  explainAgent,
  explanation,
  supposition,
} from './explain-operations.ts';

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
  /** Of an operation that is bound to several tables: which, when not to every one. */
  readonly tables?: readonly string[];
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

/** Members by name; a `!` after the type makes one required. */
const members = (list: Readonly<Record<string, string>>): readonly Member[] =>
  Object.entries(list).map(([name, type]) =>
    type.endsWith('!') ? { name, type: type.slice(0, -1), required: true } : { name, type },
  );
const takes = (parameters: Readonly<Record<string, string>>, returns?: Readonly<Record<string, string>>) => ({
  parameters: members(parameters),
  ...(returns ? { returns: members(returns) } : {}),
});
const entity = 'mscrm.crmbaseentity!';

const callControl: readonly [string, Operation][] = [
  ...Object.entries(callActions).map(([name, parameters]): [string, Operation] => [
    name,
    action(conversation, { ...served, ...takes({ ...parameters, RequestId: 'Edm.String' }) }),
  ]),
  ...Object.entries(callerActions).map(([name, parameters]): [string, Operation] => [
    name,
    action(conversation, { ...served, ...takes(parameters) }),
  ]),
  ['wirechief_DialCustomer', action(null, { ...served, ...takes(dialling, dialled) })],
  ['CCaaS_GetCallState', action(conversation, { ...served, ...takes({}, callState) })],
];

/** Why, and whether there is anybody: mission row B3, behaviour.md §4.12. */
const explaining: readonly [string, Operation][] = [
  ['wirechief_ExplainConversation', fn(conversation, { ...served, ...takes({}, explanation) })],
  [
    'wirechief_ExplainAgent',
    fn(conversation, { ...served, ...takes({ AgentId: 'Edm.Guid!' }, explainAgent) }),
  ],
  ['wirechief_ExplainRouting', fn(null, { ...served, ...takes(supposition, explanation) })],
  ...Object.entries(availabilityParameters).map(([name, parameters]): [string, Operation] => [
    name,
    action(null, { ...served, ...takes(parameters, availability) }),
  ]),
];

const unboundActionsToCome: readonly string[] = [
  ...[
    'CCaaS_CreateProactiveVoiceDelivery',
    'CCaaS_CreateProactiveDelivery',
    'CCaaS_CreateSimpleProactiveDelivery',
  ],
  ...['CCaaS_CreateProactiveSMSDelivery', 'CCaaS_CreateProactiveBulkDelivery'],
  ...['CCaaS_CreateProactiveBulkDeliveryV2', 'CCaaS_CreateOperation', 'CCaaS_CancelDeliveryTask'],
];

const functionsToCome: readonly string[] = ['CCaaS_GetDeliveryTasks'];

const named = (names: readonly string[], operation: Operation): [string, Operation][] =>
  names.map((name) => [name, operation]);

/** Who the caller is, and where: webapi.md §11. */
const aboutTheServer: readonly [string, Operation][] = [
  [
    'WhoAmI',
    fn(null, {
      ...served,
      ...takes({}, { BusinessUnitId: 'Edm.Guid!', UserId: 'Edm.Guid!', OrganizationId: 'Edm.Guid!' }),
    }),
  ],
  ['RetrieveVersion', fn(null, { ...served, ...takes({}, { Version: 'Edm.String' }) })],
  [
    'RetrieveCurrentOrganization',
    fn(null, {
      ...served,
      ...takes({ AccessType: 'mscrm.EndpointAccessType' }, { Detail: 'mscrm.OrganizationDetail' }),
    }),
  ],
];

/** Files by blocks: webapi.md §15. */
const fileSignatures: readonly [string, Signature][] = [
  [
    'InitializeFileBlocksUpload',
    takes(
      { Target: entity, FileAttributeName: 'Edm.String!', FileName: 'Edm.String!' },
      { FileContinuationToken: 'Edm.String!' },
    ),
  ],
  [
    'UploadBlock',
    takes({ BlockId: 'Edm.String!', BlockData: 'Edm.Binary!', FileContinuationToken: 'Edm.String!' }),
  ],
  [
    'CommitFileBlocksUpload',
    takes(
      {
        FileName: 'Edm.String!',
        MimeType: 'Edm.String',
        BlockList: 'Collection(Edm.String)!',
        FileContinuationToken: 'Edm.String!',
      },
      { FileId: 'Edm.Guid!', FileSizeInBytes: 'Edm.Int64!' },
    ),
  ],
  [
    'InitializeFileBlocksDownload',
    takes(
      { Target: entity, FileAttributeName: 'Edm.String!' },
      {
        FileContinuationToken: 'Edm.String!',
        FileSizeInBytes: 'Edm.Int64!',
        FileName: 'Edm.String',
        IsChunkingSupported: 'Edm.Boolean!',
      },
    ),
  ],
  [
    'DownloadBlock',
    takes(
      { Offset: 'Edm.Int64!', BlockLength: 'Edm.Int64!', FileContinuationToken: 'Edm.String!' },
      { Data: 'Edm.Binary!' },
    ),
  ],
  ['DeleteFile', takes({ FileId: 'Edm.Guid!' })],
];
const files = fileSignatures.map(([name, signature]): [string, Operation] => [
  name,
  action(null, { ...signature, ...served }),
]);

/** Sharing and membership: webapi.md §11, §12. */
const access: readonly [string, Operation][] = [
  [
    'GrantAccess',
    action(null, { ...takes({ Target: entity, PrincipalAccess: 'mscrm.PrincipalAccess!' }), ...served }),
  ],
  [
    'ModifyAccess',
    action(null, { ...takes({ Target: entity, PrincipalAccess: 'mscrm.PrincipalAccess!' }), ...served }),
  ],
  ['RevokeAccess', action(null, { ...takes({ Target: entity, Revokee: 'mscrm.principal!' }), ...served })],
  [
    'RetrievePrincipalAccess',
    fn('*', {
      tables: ['systemuser', 'team', 'organization'],
      ...takes({ Target: entity }, { AccessRights: 'mscrm.AccessRights!' }),
      ...served,
    }),
  ],
  [
    'RetrieveSharedPrincipalsAndAccess',
    fn(null, {
      ...takes({ Target: entity }, { PrincipalAccesses: 'Collection(mscrm.PrincipalAccess)' }),
      ...served,
    }),
  ],
  [
    'RetrieveUserPrivileges',
    fn('systemuser', {
      ...takes({}, { RolePrivileges: 'Collection(mscrm.RolePrivilege)' }),
      ...served,
    }),
  ],
  ['AddMembersTeam', action('team', { ...takes({ Members: 'Collection(mscrm.systemuser)!' }), ...served })],
  [
    'RemoveMembersTeam',
    action('team', { ...takes({ Members: 'Collection(mscrm.systemuser)!' }), ...served }),
  ],
  [
    'AddPrivilegesRole',
    action('role', { ...takes({ Privileges: 'Collection(mscrm.RolePrivilege)!' }), ...served }),
  ],
  [
    'ReplacePrivilegesRole',
    action('role', { ...takes({ Privileges: 'Collection(mscrm.RolePrivilege)!' }), ...served }),
  ],
];

/** Queues, cases and merging: webapi.md §12, actions.json. */
const work: readonly [string, Operation][] = [
  [
    'AddToQueue',
    action(
      'queue',
      takes(
        { Target: entity, SourceQueue: 'mscrm.queue', QueueItemProperties: 'mscrm.queueitem' },
        { QueueItemId: 'Edm.Guid!' },
      ),
    ),
  ],
  [
    'PickFromQueue',
    action('queueitem', takes({ SystemUser: 'mscrm.systemuser!', RemoveQueueItem: 'Edm.Boolean!' })),
  ],
  ['ReleaseToQueue', action('queueitem', takes({}))],
  ['RemoveFromQueue', action('queueitem', takes({}))],
  ['RouteTo', action(null, takes({ Target: entity, QueueItem: 'mscrm.queueitem' }))],
  [
    'CloseIncident',
    action(null, takes({ IncidentResolution: 'mscrm.incidentresolution!', Status: 'Edm.Int32!' })),
  ],
  [
    'Merge',
    action(
      null,
      takes({
        Target: entity,
        Subordinate: entity,
        UpdateContent: 'mscrm.crmbaseentity',
        PerformParentingChecks: 'Edm.Boolean!',
      }),
    ),
  ],
];

const targets = { Targets: 'Collection(mscrm.crmbaseentity)!' } as const;

/** Many rows of one table at once: webapi.md §12. */
const multiple: readonly [string, Operation][] = [
  ['CreateMultiple', action('*', { onSet: true, ...takes(targets, { Ids: 'Collection(Edm.Guid)!' }) })],
  ...named(
    ['UpdateMultiple', 'UpsertMultiple', 'DeleteMultiple'],
    action('*', { onSet: true, ...takes(targets) }),
  ),
];

/** Functions that tell something: webapi.md §11. */
const questions: readonly [string, Operation][] = [
  [
    'RetrieveTotalRecordCount',
    fn(
      null,
      takes(
        { EntityNames: 'Collection(Edm.String)!' },
        { EntityRecordCountCollection: 'mscrm.EntityRecordCountCollection' },
      ),
    ),
  ],
  [
    'IsValidStateTransition',
    fn(
      null,
      takes(
        { Entity: entity, NewState: 'Edm.String!', NewStatus: 'Edm.Int32!' },
        { IsValid: 'Edm.Boolean!' },
      ),
    ),
  ],
  [
    'GetTimeZoneCodeByLocalizedName',
    fn(
      null,
      takes({ LocalizedStandardName: 'Edm.String!', LocaleId: 'Edm.Int32!' }, { TimeZoneCode: 'Edm.Int32!' }),
    ),
  ],
  [
    'InitializeFrom',
    fn(null, {
      ...takes({
        EntityMoniker: entity,
        TargetEntityName: 'Edm.String!',
        TargetFieldType: 'mscrm.TargetFieldType!',
      }),
      returns: 'mscrm.crmbaseentity',
    }),
  ],
  [
    'FormatAddress',
    fn(
      null,
      takes(
        {
          Line1: 'Edm.String!',
          City: 'Edm.String!',
          StateOrProvince: 'Edm.String!',
          PostalCode: 'Edm.String!',
          Country: 'Edm.String!',
        },
        { Address: 'Edm.String' },
      ),
    ),
  ],
];

const allServed = (list: readonly [string, Operation][]): [string, Operation][] =>
  list.map(([name, operation]) => [name, { ...operation, ...served }]);

/** Every operation. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ...aboutTheServer,
  ...callControl,
  ...explaining,
  [
    'CCaaS_ModifyAgentPresence',
    action(null, {
      ...served,
      ...takes({ ApiVersion: 'Edm.String!', AgentId: 'Edm.String', PresenceId: 'Edm.String!' }),
    }),
  ],
  [
    'wirechief_AssignConversation',
    action(conversation, {
      ...served,
      ...takes({ AgentId: 'Edm.String', QueueId: 'Edm.String', RequestId: 'Edm.String' }),
    }),
  ],
  [
    'CCaaS_GetPresence',
    fn(null, {
      ...served,
      ...takes(
        {},
        {
          ActiveBrowserSessions: 'Edm.Int32',
          AgentId: 'Edm.Guid',
          AgentName: 'Edm.String',
          Timestamp: 'Edm.Int64',
          AllowedChannels: 'Collection(Edm.String)',
          CurrentPresenceStatusInfo: 'Edm.String',
          DisabledChannels: 'Collection(Edm.String)',
          PresenceId: 'Edm.Guid',
        },
      ),
    }),
  ],
  ...named(unboundActionsToCome, action(null)),
  ...access,
  ...files,
  ...allServed(work),
  ...allServed(multiple),
  ...allServed(questions),
  ...named(functionsToCome, fn(null)),
  ...dataOperations,
  ...definitionOperations,
]);
