import type { Table } from '../model.ts';
import { userOwnedColumns, userOwnedRelationships } from './user-owned.ts';

/** Call party (wirechief_callparties): somebody in a live call besides the caller and the primary representative: a
 *  consulted agent, a supervisor who listens, somebody outside. The product keeps the agents among them as session
 *  participants, which this row points to; for the rest it publishes no row, so this is an addition under our own
 *  publisher prefix. An ordinary call has none. Source: behaviour.md §2.3, §3.9. */
export const wirechief_callparty = {
  logicalName: 'wirechief_callparty',
  schemaName: 'wirechief_CallParty',
  displayName: 'Call Party',
  displayCollectionName: 'Call Parties',
  entitySetName: 'wirechief_callparties',
  primaryId: 'wirechief_callpartyid',
  primaryName: 'wirechief_name',
  ownership: 'UserOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    ...userOwnedColumns,
    statecode: {
      schemaName: 'statecode',
      type: 'State',
      displayName: 'Status',
      options: [
        { value: 0, label: 'Active', defaultStatus: 1 },
        { value: 1, label: 'Inactive', defaultStatus: 3 },
      ],
      default: 0,
      required: 'SystemRequired',
      noCreate: true,
    },
    statuscode: {
      schemaName: 'statuscode',
      type: 'Status',
      displayName: 'Status Reason',
      options: [
        { value: 1, label: 'Invited', state: 0 },
        { value: 2, label: 'In the call', state: 0 },
        { value: 3, label: 'Left', state: 1 },
        { value: 4, label: 'Did not come', state: 1 },
      ],
    },
    wirechief_agentid: {
      schemaName: 'wirechief_AgentId',
      type: 'Lookup',
      displayName: 'Agent',
      targets: ['systemuser'],
    },
    wirechief_callpartyid: {
      schemaName: 'wirechief_CallPartyId',
      type: 'Uniqueidentifier',
      displayName: 'Call Party',
      required: 'SystemRequired',
      noUpdate: true,
    },
    wirechief_conversationid: {
      schemaName: 'wirechief_ConversationId',
      type: 'Lookup',
      displayName: 'Conversation',
      targets: ['msdyn_ocliveworkitem'],
    },
    wirechief_isbridged: {
      schemaName: 'wirechief_IsBridged',
      type: 'Boolean',
      displayName: 'Is Bridged',
      options: [
        { value: 1, label: 'Yes' },
        { value: 0, label: 'No' },
      ],
      default: 0,
    },
    wirechief_isbysupervisor: {
      schemaName: 'wirechief_IsBySupervisor',
      type: 'Boolean',
      displayName: 'Is by Supervisor',
      options: [
        { value: 1, label: 'Yes' },
        { value: 0, label: 'No' },
      ],
      default: 0,
    },
    wirechief_iscapacityblocking: {
      schemaName: 'wirechief_IsCapacityBlocking',
      type: 'Boolean',
      displayName: 'Is Capacity Blocking',
      options: [
        { value: 1, label: 'Yes' },
        { value: 0, label: 'No' },
      ],
      default: 0,
    },
    wirechief_isheld: {
      schemaName: 'wirechief_IsHeld',
      type: 'Boolean',
      displayName: 'Is On Hold',
      options: [
        { value: 1, label: 'Yes' },
        { value: 0, label: 'No' },
      ],
      default: 0,
    },
    wirechief_joinedon: {
      schemaName: 'wirechief_JoinedOn',
      type: 'DateTime',
      displayName: 'Joined On',
      format: 'DateAndTime',
      behavior: 'UserLocal',
    },
    wirechief_lefton: {
      schemaName: 'wirechief_LeftOn',
      type: 'DateTime',
      displayName: 'Left On',
      format: 'DateAndTime',
      behavior: 'UserLocal',
    },
    wirechief_name: { schemaName: 'wirechief_Name', type: 'String', displayName: 'Name', maxLength: 200 },
    wirechief_part: {
      schemaName: 'wirechief_Part',
      type: 'Picklist',
      displayName: 'Part',
      options: [
        { value: 1, label: 'Primary' },
        { value: 2, label: 'Consult' },
        { value: 3, label: 'Monitor' },
        { value: 4, label: 'Whisper' },
        { value: 5, label: 'Barge in' },
      ],
    },
    wirechief_phonenumber: {
      schemaName: 'wirechief_PhoneNumber',
      type: 'String',
      displayName: 'Phone Number',
      maxLength: 100,
    },
    wirechief_purpose: {
      schemaName: 'wirechief_Purpose',
      type: 'Picklist',
      displayName: 'Purpose',
      options: [
        { value: 1, label: 'Transfer' },
        { value: 2, label: 'Consult' },
        { value: 3, label: 'Supervision' },
        { value: 4, label: 'Redirection' },
      ],
    },
    wirechief_queueid: {
      schemaName: 'wirechief_QueueId',
      type: 'Lookup',
      displayName: 'Consulted Queue',
      targets: ['queue'],
    },
    wirechief_sessionparticipantid: {
      schemaName: 'wirechief_SessionParticipantId',
      type: 'Lookup',
      displayName: 'Session Participant',
      targets: ['msdyn_sessionparticipant'],
    },
  },
  relationships: [
    ...userOwnedRelationships('wirechief_callparty'),
    {
      schemaName: 'wirechief_systemuser_callparty_AgentId',
      column: 'wirechief_agentid',
      target: 'systemuser',
      navigation: 'wirechief_AgentId',
      collection: 'wirechief_systemuser_callparty_AgentId',
    },
    {
      schemaName: 'wirechief_msdyn_ocliveworkitem_callparty_ConversationId',
      column: 'wirechief_conversationid',
      target: 'msdyn_ocliveworkitem',
      navigation: 'wirechief_ConversationId',
      collection: 'wirechief_msdyn_ocliveworkitem_callparty_ConversationId',
      cascade: { delete: 'Cascade' },
    },
    {
      schemaName: 'wirechief_queue_callparty_QueueId',
      column: 'wirechief_queueid',
      target: 'queue',
      navigation: 'wirechief_QueueId',
      collection: 'wirechief_queue_callparty_QueueId',
    },
    {
      schemaName: 'wirechief_msdyn_sessionparticipant_callparty_SessionParticipantId',
      column: 'wirechief_sessionparticipantid',
      target: 'msdyn_sessionparticipant',
      navigation: 'wirechief_SessionParticipantId',
      collection: 'wirechief_msdyn_sessionparticipant_callparty_SessionParticipantId',
    },
  ],
} as const satisfies Table;
