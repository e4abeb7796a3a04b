/** The refusals of requests that query, extend and change the definitions: a part of the catalogue. */
export const definitionRefusals = {
  duplicateKeyValues: {
    status: 412,
    code: '0x80060892',
    message:
      "The key '{0}' of table '{1}' cannot be made: several rows have the same values of {2}. Change or delete them first.",
    source: 'webapi.md §4, §13; the code from memory, not verified',
  },
  definitionNotFound: {
    status: 404,
    code: '0x80060888',
    message: "Could not find a definition of type '{0}' named '{1}' in the metadata cache.",
    source: 'webapi.md §13',
  },
  metadataFunction: {
    status: 501,
    code: '0x8006088a',
    message: 'The "{0}" function isn\'t supported for Metadata Entities.',
    source: 'public issue reports of queries for EntityDefinitions',
  },
  definitionInvalid: { status: 400, code: '0x80044363', message: '{0}', source: 'webapi.md §13' },
  definitionExists: { status: 400, code: '0x80044363', message: '{0}', source: 'webapi.md §13' },
  definitionInUse: { status: 405, code: '0x8004f01f', message: '{0}', source: 'webapi.md §3, §13' },
} as const;
