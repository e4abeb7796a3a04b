import type { Table } from '../model.ts';
import { userOwnedColumns, userOwnedRelationships } from './user-owned.ts';

/** Caller link (wirechief_callerlinks): who tied a caller to a customer, when, and what every row that was touched held
 *  before, so that it can be taken back. One row a conversation; those of earlier conversations that were adopted point to
 *  the first. Active: in force; inactive: taken back. The product keeps no such record, so this is an addition under our
 *  own publisher prefix. Source: behaviour.md §3.2, §9. */
export const wirechief_callerlink = {
  logicalName: 'wirechief_callerlink',
  schemaName: 'wirechief_CallerLink',
  displayName: 'Caller Link',
  displayCollectionName: 'Caller Links',
  entitySetName: 'wirechief_callerlinks',
  primaryId: 'wirechief_callerlinkid',
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
        { value: 1, label: 'Linked', state: 0 },
        { value: 2, label: 'Taken back', state: 1 },
      ],
    },
    wirechief_callerlinkid: {
      schemaName: 'wirechief_CallerLinkId',
      type: 'Uniqueidentifier',
      displayName: 'Caller Link',
      required: 'SystemRequired',
      noUpdate: true,
    },
    wirechief_conversationid: {
      schemaName: 'wirechief_ConversationId',
      type: 'Lookup',
      displayName: 'Conversation',
      targets: ['msdyn_ocliveworkitem'],
    },
    wirechief_customerid: {
      schemaName: 'wirechief_CustomerId',
      type: 'Customer',
      displayName: 'Customer',
      targets: ['account', 'contact'],
    },
    wirechief_incidentid: {
      schemaName: 'wirechief_IncidentId',
      type: 'Lookup',
      displayName: 'Case',
      targets: ['incident'],
    },
    wirechief_kind: {
      schemaName: 'wirechief_Kind',
      type: 'Picklist',
      displayName: 'Kind',
      options: [
        { value: 1, label: 'Linked' },
        { value: 2, label: 'Contact created' },
        { value: 3, label: 'Contact created automatically' },
        { value: 4, label: 'Unlinked' },
        { value: 5, label: 'Adopted' },
      ],
    },
    wirechief_name: { schemaName: 'wirechief_Name', type: 'String', displayName: 'Name', maxLength: 200 },
    wirechief_parentid: {
      schemaName: 'wirechief_ParentId',
      type: 'Lookup',
      displayName: 'Adopted By',
      targets: ['wirechief_callerlink'],
    },
    wirechief_phonenumber: {
      schemaName: 'wirechief_PhoneNumber',
      type: 'String',
      displayName: 'Phone Number',
      maxLength: 100,
    },
    wirechief_tied: {
      schemaName: 'wirechief_Tied',
      type: 'Memo',
      displayName: 'Rows Tied',
      maxLength: 1048576,
    },
    wirechief_unlinkedby: {
      schemaName: 'wirechief_UnlinkedBy',
      type: 'Lookup',
      displayName: 'Unlinked By',
      targets: ['systemuser'],
    },
    wirechief_unlinkedon: {
      schemaName: 'wirechief_UnlinkedOn',
      type: 'DateTime',
      displayName: 'Unlinked On',
      format: 'DateAndTime',
      behavior: 'UserLocal',
    },
  },
  relationships: [
    ...userOwnedRelationships('wirechief_callerlink'),
    {
      schemaName: 'wirechief_msdyn_ocliveworkitem_callerlink_ConversationId',
      column: 'wirechief_conversationid',
      target: 'msdyn_ocliveworkitem',
      navigation: 'wirechief_ConversationId',
      collection: 'wirechief_msdyn_ocliveworkitem_callerlink_ConversationId',
      cascade: { delete: 'Cascade' },
    },
    {
      schemaName: 'wirechief_account_callerlink_CustomerId',
      column: 'wirechief_customerid',
      target: 'account',
      navigation: 'wirechief_CustomerId_account',
      collection: 'wirechief_account_callerlink_CustomerId',
    },
    {
      schemaName: 'wirechief_contact_callerlink_CustomerId',
      column: 'wirechief_customerid',
      target: 'contact',
      navigation: 'wirechief_CustomerId_contact',
      collection: 'wirechief_contact_callerlink_CustomerId',
    },
    {
      schemaName: 'wirechief_incident_callerlink_IncidentId',
      column: 'wirechief_incidentid',
      target: 'incident',
      navigation: 'wirechief_IncidentId',
      collection: 'wirechief_incident_callerlink_IncidentId',
    },
    {
      schemaName: 'wirechief_callerlink_callerlink_ParentId',
      column: 'wirechief_parentid',
      target: 'wirechief_callerlink',
      navigation: 'wirechief_ParentId',
      collection: 'wirechief_callerlink_callerlink_ParentId',
    },
    {
      schemaName: 'wirechief_systemuser_callerlink_UnlinkedBy',
      column: 'wirechief_unlinkedby',
      target: 'systemuser',
      navigation: 'wirechief_UnlinkedBy',
      collection: 'wirechief_systemuser_callerlink_UnlinkedBy',
    },
  ],
} as const satisfies Table;
