// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Calendar (calendars). */
export const calendar = {
  logicalName: 'calendar',
  schemaName: 'Calendar',
  displayName: 'Calendar',
  displayCollectionName: 'Calendars',
  entitySetName: 'calendars',
  primaryId: 'calendarid',
  primaryName: 'name',
  ownership: 'BusinessOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    businessunitid: { schemaName: 'BusinessUnitId', type: 'Lookup', displayName: 'Business Unit', targets: ['businessunit'] },
    calendarid: { schemaName: 'CalendarId', type: 'Uniqueidentifier', displayName: 'Calendar', required: 'SystemRequired', noUpdate: true },
    createdby: { schemaName: 'CreatedBy', type: 'Lookup', displayName: 'Created By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    createdon: { schemaName: 'CreatedOn', type: 'DateTime', displayName: 'Created On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    createdonbehalfby: { schemaName: 'CreatedOnBehalfBy', type: 'Lookup', displayName: 'Created By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    description: { schemaName: 'Description', type: 'Memo', displayName: 'Description', maxLength: 2000 },
    holidayschedulecalendarid: { schemaName: 'HolidayScheduleCalendarId', type: 'Lookup', displayName: 'Holiday Schedule CalendarId', targets: ['calendar'] },
    isshared: { schemaName: 'IsShared', type: 'Boolean', displayName: 'Is Shared', options: [{ value: 1, label: 'Yes' }, { value: 0, label: 'No' }], default: 0 },
    modifiedby: { schemaName: 'ModifiedBy', type: 'Lookup', displayName: 'Modified By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    modifiedon: { schemaName: 'ModifiedOn', type: 'DateTime', displayName: 'Modified On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    modifiedonbehalfby: { schemaName: 'ModifiedOnBehalfBy', type: 'Lookup', displayName: 'Modified By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    name: { schemaName: 'Name', type: 'String', displayName: 'Name', maxLength: 160 },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', displayName: 'Organization', targets: ['organization'], noCreate: true, noUpdate: true },
    primaryuserid: { schemaName: 'PrimaryUserId', type: 'Uniqueidentifier', displayName: 'Primary User' },
    type: { schemaName: 'Type', type: 'Picklist', displayName: 'Calendar type', options: [{ value: 0, label: 'Default' }, { value: 1, label: 'Customer Service' }, { value: 2, label: 'Holiday Schedule' }], default: 0 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'business_unit_calendars', column: 'businessunitid', target: 'businessunit', navigation: 'businessunitid', collection: 'business_unit_calendars' },
    { schemaName: 'lk_calendar_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_calendar_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_calendar_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_calendar_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'calendar_customercalendar_holidaycalendar', column: 'holidayschedulecalendarid', target: 'calendar', navigation: 'holidayschedulecalendarid', collection: 'calendar_customercalendar_holidaycalendar' },
    { schemaName: 'lk_calendar_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_calendar_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_calendar_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_calendar_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
  ],
} as const satisfies Table;
