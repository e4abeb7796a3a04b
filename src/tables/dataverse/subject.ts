// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Subject (subjects). */
export const subject = {
  logicalName: 'subject',
  schemaName: 'Subject',
  displayName: 'Subject',
  displayCollectionName: 'Subjects',
  entitySetName: 'subjects',
  primaryId: 'subjectid',
  primaryName: 'title',
  ownership: 'OrganizationOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    createdby: { schemaName: 'CreatedBy', type: 'Lookup', displayName: 'Created By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    createdbyexternalparty: { schemaName: 'CreatedByExternalParty', type: 'Lookup', displayName: 'Created By (External Party)', targets: ['externalparty'], noCreate: true, noUpdate: true },
    createdon: { schemaName: 'CreatedOn', type: 'DateTime', displayName: 'Created On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    createdonbehalfby: { schemaName: 'CreatedOnBehalfBy', type: 'Lookup', displayName: 'Created By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    description: { schemaName: 'Description', type: 'Memo', displayName: 'Description', maxLength: 2000 },
    featuremask: { schemaName: 'FeatureMask', type: 'Integer', displayName: 'Feature Mask', min: 0, max: 1000000000 },
    importsequencenumber: { schemaName: 'ImportSequenceNumber', type: 'Integer', displayName: 'Import Sequence Number', min: -2147483648, max: 2147483647, noUpdate: true },
    modifiedby: { schemaName: 'ModifiedBy', type: 'Lookup', displayName: 'Modified By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    modifiedbyexternalparty: { schemaName: 'ModifiedByExternalParty', type: 'Lookup', displayName: 'Modified By (External Party)', targets: ['externalparty'], noCreate: true, noUpdate: true },
    modifiedon: { schemaName: 'ModifiedOn', type: 'DateTime', displayName: 'Modified On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    modifiedonbehalfby: { schemaName: 'ModifiedOnBehalfBy', type: 'Lookup', displayName: 'Modified By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', displayName: 'Organization', targets: ['organization'], noCreate: true, noUpdate: true },
    overriddencreatedon: { schemaName: 'OverriddenCreatedOn', type: 'DateTime', displayName: 'Record Created On', format: 'DateOnly', behavior: 'UserLocal', noUpdate: true },
    parentsubject: { schemaName: 'ParentSubject', type: 'Lookup', displayName: 'Parent Subject', targets: ['subject'] },
    subjectid: { schemaName: 'SubjectId', type: 'Uniqueidentifier', displayName: 'Subject', required: 'SystemRequired', noUpdate: true },
    title: { schemaName: 'Title', type: 'String', displayName: 'Title', maxLength: 500 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', displayName: 'Version Number', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'lk_subjectbase_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_subjectbase_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_subject_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_subject_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_subjectbase_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_subjectbase_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_subject_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_subject_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'subject_parent_subject', column: 'parentsubject', target: 'subject', navigation: 'parentsubject', collection: 'subject_parent_subject' },
  ],
} as const satisfies Table;
