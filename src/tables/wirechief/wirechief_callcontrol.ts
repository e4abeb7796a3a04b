import type { Table } from '../model.ts';
import { userOwnedColumns, userOwnedRelationships } from './user-owned.ts';

/** Call control (wirechief_callcontrols): what the engine must remember of a call and the product keeps in no row: whether
 *  it is being recorded or transcribed and paused, a callback or voicemail under way, what became of dialling the customer, who wrote last in a conversation of
 *  messages, and the ids of the requests that were carried out, so that a repeated one has no effect. The id is the
 *  conversation's. An ordinary call without recording has none; an addition under our own publisher prefix. Source:
 *  behaviour.md §1.4, §3.4, §3.8, §3.10, §6.4. */
export const wirechief_callcontrol = {
  logicalName: 'wirechief_callcontrol',
  schemaName: 'wirechief_CallControl',
  displayName: 'Call Control',
  displayCollectionName: 'Call Controls',
  entitySetName: 'wirechief_callcontrols',
  primaryId: 'wirechief_callcontrolid',
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
        { value: 1, label: 'Inactive', defaultStatus: 2 },
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
        { value: 1, label: 'Active', state: 0 },
        { value: 2, label: 'Inactive', state: 1 },
      ],
    },
    wirechief_callcontrolid: {
      schemaName: 'wirechief_CallControlId',
      type: 'Uniqueidentifier',
      displayName: 'Call Control',
      required: 'SystemRequired',
      noUpdate: true,
    },
    wirechief_conversationid: {
      schemaName: 'wirechief_ConversationId',
      type: 'Lookup',
      displayName: 'Conversation',
      targets: ['msdyn_ocliveworkitem'],
    },
    wirechief_dialoutcome: {
      schemaName: 'wirechief_DialOutcome',
      type: 'Picklist',
      displayName: 'Outcome of Dialling',
      options: [
        { value: 1, label: 'LiveAnswer' },
        { value: 2, label: 'Busy' },
        { value: 3, label: 'NoAnswer' },
        { value: 4, label: 'InvalidAddress' },
        { value: 5, label: 'NonRetriableError' },
        { value: 6, label: 'CallFailed' },
        { value: 7, label: 'Cancelled' },
      ],
    },
    wirechief_isrecording: {
      schemaName: 'wirechief_IsRecording',
      type: 'Boolean',
      displayName: 'Is Recording',
      options: [
        { value: 1, label: 'Yes' },
        { value: 0, label: 'No' },
      ],
      default: 0,
    },
    wirechief_keepingstate: {
      schemaName: 'wirechief_KeepingState',
      type: 'Picklist',
      displayName: 'Recording and Transcription',
      options: [
        { value: 1, label: 'Running' },
        { value: 2, label: 'Paused' },
        { value: 3, label: 'Paused by hold' },
        { value: 4, label: 'Stopped' },
      ],
    },
    wirechief_lastmessageby: {
      schemaName: 'wirechief_LastMessageBy',
      type: 'Picklist',
      displayName: 'Last Message By',
      options: [
        { value: 1, label: 'Customer' },
        { value: 2, label: 'Representative' },
      ],
    },
    wirechief_lastmessageon: {
      schemaName: 'wirechief_LastMessageOn',
      type: 'DateTime',
      displayName: 'Last Message On',
      format: 'DateAndTime',
      behavior: 'UserLocal',
    },
    wirechief_messageid: {
      schemaName: 'wirechief_MessageId',
      type: 'String',
      displayName: 'Voicemail Being Taken',
      maxLength: 36,
    },
    wirechief_name: { schemaName: 'wirechief_Name', type: 'String', displayName: 'Name', maxLength: 200 },
    wirechief_requests: {
      schemaName: 'wirechief_Requests',
      type: 'Memo',
      displayName: 'Answered Requests',
      maxLength: 8000,
    },
    wirechief_step: {
      schemaName: 'wirechief_Step',
      type: 'Picklist',
      displayName: 'Step',
      options: [
        { value: 1, label: 'Callback waits' },
        { value: 2, label: 'Callback is dialled' },
        { value: 3, label: 'Voicemail is taken' },
        { value: 4, label: 'Customer is dialled' },
      ],
    },
    wirechief_transcriptid: {
      schemaName: 'wirechief_TranscriptId',
      type: 'Lookup',
      displayName: 'Transcript',
      targets: ['msdyn_transcript'],
    },
  },
  relationships: [
    ...userOwnedRelationships('wirechief_callcontrol'),
    {
      schemaName: 'wirechief_msdyn_ocliveworkitem_callcontrol_ConversationId',
      column: 'wirechief_conversationid',
      target: 'msdyn_ocliveworkitem',
      navigation: 'wirechief_ConversationId',
      collection: 'wirechief_msdyn_ocliveworkitem_callcontrol_ConversationId',
      cascade: { delete: 'Cascade' },
    },
    {
      schemaName: 'wirechief_msdyn_transcript_callcontrol_TranscriptId',
      column: 'wirechief_transcriptid',
      target: 'msdyn_transcript',
      navigation: 'wirechief_TranscriptId',
      collection: 'wirechief_msdyn_transcript_callcontrol_TranscriptId',
    },
  ],
} as const satisfies Table;
