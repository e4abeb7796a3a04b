import { administrationRefusals } from './refusals-of-administration.ts';
import { dataRefusals } from './refusals-of-data.ts';
import { definitionRefusals } from './refusals-of-definitions.ts';
import { worldRefusals } from './refusals-of-worlds.ts';

/** The catalogue of published refusals: part of the wire contract. Every expected "no" of the system is one of these;
 *  no status or code stands anywhere else. `{0}` … are filled from the refusal's arguments. */
export const refusals = {
  recordNotFound: {
    status: 404,
    code: '0x80040217',
    message: "Entity '{0}' With Id = {1} Does Not Exist",
    source: 'webapi.md §4',
  },
  keyValuesNotFound: {
    status: 404,
    code: '0x80060891',
    message: 'A record with the specified key values does not exist in {0} entity',
    source: 'webapi.md §4',
  },
  keyNotDeclared: {
    status: 400,
    code: '0x80060888',
    message:
      "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{0}'. Ensure that the names and number of key properties match the declared or alternate key properties for the resource 'Microsoft.Dynamics.CRM.{0}'.",
    source: 'webapi.md §4',
  },
  recordExists: {
    status: 412,
    code: '0x80040237',
    message: 'A record with matching key values already exists.',
    source: 'webapi.md §4',
  },
  keyValuesTaken: {
    status: 412,
    code: '0x80040237',
    message:
      'A record that has the attribute values {0} already exists. The entity key {1} requires that this set of attributes contains unique values. Select unique values and try again.',
    source: 'webapi.md §4; public issue reports',
  },
  versionMismatch: {
    status: 412,
    code: '0x80060882',
    message: "The version of the existing record doesn't match the RowVersion property provided.",
    source: 'webapi.md §4',
  },
  versionUnchanged: {
    status: 412,
    code: '0x80060882',
    message: 'The version of the existing record matches the RowVersion property provided.',
    source: 'webapi.md §2; HTTP If-None-Match on a write',
  },
  segmentNotFound: {
    status: 404,
    code: '0x8006088a',
    message: "Resource not found for the segment '{0}'.",
    source: 'webapi.md §4',
  },
  methodNotFound: {
    status: 404,
    code: '',
    message: "No HTTP resource was found that matches the request URI '{0}'.",
    source: 'webapi.md §4',
  },
  methodNotAllowed: {
    status: 405,
    code: '0x80060888',
    message: "The requested resource does not support http method '{0}'.",
    source: 'webapi.md §3',
  },
  propertyNotFound: {
    status: 400,
    code: '0x0',
    message: "Could not find a property named '{0}' on type 'Microsoft.Dynamics.CRM.{1}'.",
    source: 'webapi.md §4',
  },
  unknownColumn: {
    status: 400,
    code: '0x80048d19',
    message:
      "Error identified in Payload provided by the user for Entity :'{0}', For more information on this error please follow this help link. Invalid property '{1}' was found in entity 'Microsoft.Dynamics.CRM.{2}'. Use the logical name of a column of this table.",
    source: 'webapi.md §4',
  },
  undeclaredNavigation: {
    status: 400,
    code: '0x80048d19',
    message:
      "Error identified in Payload provided by the user for Entity :'{0}'. An undeclared property '{1}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values.",
    source: 'webapi.md §4',
  },
  textTooLong: {
    status: 400,
    code: '0x80044331',
    message:
      "A validation error occurred.  The length of the '{0}' attribute of the '{1}' entity exceeded the maximum allowed length of '{2}'.",
    source: 'webapi.md §4',
  },
  valueOutOfRange: {
    status: 400,
    code: '0x80044331',
    message:
      "A validation error occurred. The value {0} of '{1}' on record of type '{2}' is outside the valid range. Accepted: {3}.",
    source: 'webapi.md §4',
  },
  wrongType: {
    status: 400,
    code: '0x80048d19',
    message:
      "Error identified in Payload provided by the user for Entity :'{0}'. Cannot convert the value of '{1}': expected {2}.",
    source: 'webapi.md §4',
  },
  statusNotOfState: {
    status: 400,
    code: '0x80048408',
    message: '{0} is not a valid status code for state code {1} on {2}.',
    source: 'webapi.md §4',
  },
  ...administrationRefusals,
  ...dataRefusals,
  ...definitionRefusals,
  ...worldRefusals,
  malformedQuery: { status: 400, code: '0x0', message: '{0}', source: 'webapi.md §4' },
  unterminatedLiteral: {
    status: 400,
    code: '0x0',
    message: "There is an unterminated literal at position {0} in '{1}'.",
    source: 'webapi.md §4',
  },
  tooManyConditions: {
    status: 400,
    code: '0x8004430C',
    message: 'Number of conditions in query exceeded maximum limit.',
    source: 'webapi.md §4',
  },
  tooManyLinks: {
    status: 400,
    code: '0x8004430D',
    message: 'Number of link entities in query exceeded maximum limit.',
    source: 'webapi.md §4',
  },
  aggregateLimitExceeded: {
    status: 400,
    code: '0x8004E023',
    message: 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.',
    source: 'webapi.md §4',
  },
  fetchInvalid: {
    status: 400,
    code: '0x8004111c',
    message: '{0}',
    source: 'webapi.md §9; public client tests: QueryBuilderDeserializeInvalidNode',
  },
  fetchNoEntity: {
    status: 400,
    code: '0x80041102',
    message:
      "The entity with a name = '{0}' with namemapping = 'Logical' was not found in the MetadataCache. Use the logical name of a table.",
    source: 'webapi.md §9; public issue reports: QueryBuilderNoEntity',
  },
  fetchNoAttribute: {
    status: 400,
    code: '0x80041103',
    message: "'{0}' entity doesn't contain attribute with Name = '{1}' and NameMapping = 'Logical'.",
    source: 'webapi.md §9; public issue reports: QueryBuilderNoAttribute',
  },
  fetchInvalidValue: {
    status: 400,
    code: '0x80041108',
    message: '{0}',
    source: 'webapi.md §9; published error codes: QueryBuilderInvalid_Value',
  },
  fetchInvalidAlias: {
    status: 400,
    code: '0x80041109',
    message:
      'Invalid character specified for alias: {0}. Only characters within the ranges [A-Z], [a-z] or [0-9] or _ are allowed.  The first character may only be in the ranges [A-Z], [a-z] or _.',
    source: 'webapi.md §9; public client tests: QueryBuilderInvalid_Alias',
  },
  fetchInvalidAggregate: {
    status: 400,
    code: '0x8004111a',
    message: '{0}',
    source: 'webapi.md §9; published error codes: QueryBuilderDeserializeInvalidAggregate',
  },
  fetchInvalidOperator: {
    status: 400,
    code: '0x80041120',
    message: "The condition operator '{0}' is not valid.",
    source: 'webapi.md §9; published error codes: QueryBuilderInvalidConditionOperator',
  },
  fetchInvalidLinkType: {
    status: 400,
    code: '0x80041117',
    message: '{0}',
    source: 'webapi.md §9; published error codes: QueryBuilderDeserializeInvalidLinkType',
  },
  fetchUnknownName: {
    status: 400,
    code: '0x8004110a',
    message: "'{0}' is the alias or name of nothing that can be used here.",
    source: 'webapi.md §9; published error codes: QueryBuilderAlias_Does_Not_Exist',
  },
  fetchOtherEntity: {
    status: 400,
    code: '0x80041128',
    message:
      "The entity name specified in fetchxml does not match the entity name specified in the Entity or Query Definition: '{0}' was asked for, the query is on '{1}'.",
    source: 'webapi.md §9; published error codes: QueryBuilderEntitiesDontMatch',
  },
  expandNotAllowed: { status: 400, code: '0x80060888', message: '{0}', source: 'webapi.md §4' },
  malformedBody: { status: 400, code: '0x80048d19', message: '{0}', source: 'webapi.md §4' },
  batchInvalid: { status: 400, code: '0x80048d19', message: '{0}', source: 'webapi.md §10' },
  changeSetMethod: {
    status: 400,
    code: '0x80048d19',
    message:
      "An invalid HTTP method '{0}' was detected for a request in a change set. Requests in change sets only support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'.",
    source: 'webapi.md §10, in the words of the public OData library',
  },
  contentIdNotFound: {
    status: 400,
    code: '0x80048d19',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the dollar sign is the reference's own.
    message: "Content-ID Reference: '${0}' does not exist in the batch context.",
    source: 'webapi.md §4',
  },
  unsupportedMediaType: {
    status: 415,
    code: '0x80060888',
    message:
      "A supported MIME type could not be found that matches the content type '{0}' of the request: send the body as application/json.",
    source: 'webapi.md §2',
  },
  unsupportedEncoding: {
    status: 415,
    code: '0x80060888',
    message: 'A body with {0} cannot be read: send it uncompressed, in UTF-8.',
    source: 'webapi.md §2; RFC 9110 §15.5.16',
  },
  bodyTooLarge: {
    status: 413,
    code: '0x80048d02',
    message: 'The request body is larger than {0} bytes.',
    source: 'webapi.md §3',
  },
  deleteRestricted: {
    status: 405,
    code: '0x80040227',
    message:
      'The object you tried to delete is associated with another object and cannot be deleted: {0} {1} is referenced by {2}.',
    source: 'webapi.md §3',
  },
  privilegeMissing: {
    status: 403,
    code: '0x80040220',
    message:
      "Principal user (Id={0}, type=8, roleCount={1}, privilegeCount={2}, accessMode='{3}', businessUnitId={4}), is missing {5} privilege (Id={6}) on OTC={7} for entity '{8}' (LocalizedName='{9}'). context.Caller={0}. Consider adding missed privilege to one of the principal (user/team) roles.",
    source: 'webapi.md §4, with the members live environments show',
  },
  accessDenied: {
    status: 403,
    code: '0x80040220',
    message: 'Principal with id {0} does not have {1} right(s) for record with id {2} of entity {3}.',
    source: 'webapi.md §4, in the words live environments show',
  },
  messageNotSupported: {
    status: 400,
    code: '0x80040800',
    message:
      "The '{0}' method does not support entities of type '{1}'. MessageProcessorCache returned MessageProcessor.Empty.",
    source: 'own: the message live environments show for tables without that message',
  },
  rolesTooHigh: {
    status: 403,
    code: '0x80040220',
    message:
      'Privileges, and the sign-in of a user who holds them, are given by who holds them all: {0} is missing {1}.',
    source: 'published documentation, assign security roles',
  },
  unauthorized: { status: 401, code: '0x80048306', message: '{0}', source: 'webapi.md §17' },
  userNotMember: {
    status: 403,
    code: '0x80072560',
    message: 'The user is not a member of the organization.',
    source: 'webapi.md §17; public issue reports: UserNotMemberOfOrg',
  },
  userDisabled: {
    status: 403,
    code: '0x80040225',
    message: 'The specified user(Id = {0}) is disabled. Consider enabling this user.',
    source: 'webapi.md §17; published error codes: UserDisabled',
  },
  notImplemented: { status: 501, code: '0x80060888', message: '{0}', source: 'product.md principle 1' },
  unavailable: { status: 503, code: '0x80040216', message: '{0}', source: 'webapi.md §3' },
  invalidArgument: { status: 400, code: '0x80040203', message: '{0}', source: 'webapi.md §3' },
  fileNotFound: {
    status: 404,
    code: '0x80040217',
    message: 'No file attachment found for attribute: {0} of {1} record with id {2}.',
    source: 'published documentation, image column data (ObjectDoesNotExist)',
  },
  fileTooLarge: {
    status: 400,
    code: '0x80044a02',
    message: 'Attachment file size is too big.',
    source: 'published documentation, file column data',
  },
  fileBlocked: {
    status: 400,
    code: '0x80043e09',
    message:
      'The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.',
    source: 'published error codes, AttachmentBlocked',
  },
  imageNotProcessed: {
    status: 400,
    code: '0x80072553',
    message: 'Error occured when processing image. Reason: {0}',
    source: 'published documentation, image column data',
  },
  rangeNotSatisfiable: {
    status: 416,
    code: '0x80060888',
    message: 'The range {0} lies outside the file of {1} bytes.',
    source: 'webapi.md §15, RFC 9110 §15.5.17',
  },
  notTrackable: {
    status: 400,
    code: '0x80060888',
    message: 'The "{0}" query parameter isn\'t supported when Change Tracking is enabled.',
    source: 'published documentation, change tracking',
  },
  trackingNotAllowed: {
    status: 403,
    code: '0x80040220',
    message:
      'Principal user (Id={0}, type=8) is missing {1} privilege for every row of the organization, which change tracking needs.',
    source: 'published documentation, change tracking: organization level read access',
  },
  versionStampExpired: {
    status: 400,
    code: '0x80044352',
    message: 'Version stamp associated with the client has expired. Please perform a full sync.',
    source: 'published error codes, ExpiredVersionStamp',
  },
  tooManyRequests: {
    status: 429,
    code: '0x80072322',
    message: 'Number of requests exceeded the limit of {0} over time window of {1} seconds.',
    source: 'webapi.md §16',
  },
  tooMuchTime: {
    status: 429,
    code: '0x80072321',
    message:
      'Combined execution time of incoming requests exceeded limit of {0} milliseconds over time window of {1} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
    source: 'webapi.md §16',
  },
  tooManyAtOnce: {
    status: 429,
    code: '0x80072326',
    message: 'Number of concurrent requests exceeded the limit of {0}.',
    source: 'webapi.md §16',
  },
  conflict: {
    status: 409,
    code: '0x80040265',
    message: '{0}',
    source: 'own: an action that no longer fits the state of the work',
  },
  unexpected: {
    status: 500,
    code: '0x80040216',
    message: 'An unexpected error occurred. Request id {0}.',
    source: 'webapi.md §4',
  },
} as const satisfies Record<string, { status: number; code: string; message: string; source: string }>;

/** A key of the catalogue. */
export type RefusalKey = keyof typeof refusals;

/** An expected "no", thrown by parse, plan or decide and answered only at the edge that brought the event in.
 *  `key` names the catalogue entry; `values` fill its message in order. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly key: RefusalKey;
  readonly status: number;
  readonly code: string;

  constructor(key: RefusalKey, ...values: readonly (string | number)[]) {
    super(
      refusals[key].message.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? '')),
    );
    this.key = key;
    this.status = refusals[key].status;
    this.code = refusals[key].code;
  }
}
