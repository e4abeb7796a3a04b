/** The request headers of webapi.md §2 and §15, for the page of coverage: an example of each, and what it does. Whether it
 *  is refused is asked of the parser. */

const ignored = 'accepted, changes nothing';

/** Name → [an example value, what it does]. */
export const headerExamples: { readonly [name: string]: readonly [value: string, effect: string] } = {
  Authorization: ['Bearer token', 'who asks; without it 401 and the challenge'],
  'Content-Type': ['application/json', 'of a body: JSON with any parameter; 415 for another'],
  'Content-Encoding': ['identity', 'bodies come as they are: 415 for any encoding'],
  'If-Match': ['*', '`*` updates only, an etag only that version: 404, 412'],
  'If-None-Match': ['*', '`*` creates only, an etag answers 304 to a GET; `null` means nothing'],
  Prefer: ['return=representation', 'see Preferences'],
  MSCRMCallerID: [
    '00000000-0000-4000-8000-000000000004',
    'acts as that systemuserid, with the rights of both',
  ],
  CallerObjectId: ['00000000-0000-4000-8000-000000000004', 'the same by azureactivedirectoryobjectid'],
  Range: ['bytes=0-9', 'of a file: 206, or 416'],
  'Content-Range': ['bytes 0-9/10', 'of an upload in chunks'],
  'Content-Length': ['10', 'of an upload: checked before its bytes are read'],
  'x-ms-transfer-mode': ['chunked', 'begins an upload in chunks'],
  'x-ms-file-name': ['a.pdf', 'the name of an upload'],
  'Content-ID': ['1', 'of a part of a $batch: what `$1` stands for'],
  'MSCRM.SuppressDuplicateDetection: true': ['true', 'duplicate detection stays off'],
  'MSCRM.SuppressDuplicateDetection: false': [
    'false',
    '412 for a row that repeats another, by the published rules',
  ],
  Accept: ['application/json', `${ignored}: JSON is the only format`],
  'OData-Version': ['4.0', ignored],
  'OData-MaxVersion': ['4.0', ignored],
  'MSCRM.BypassCustomPluginExecution': ['true', ignored],
  'MSCRM.SolutionUniqueName': ['Default', ignored],
  'MSCRM.MergeLabels': ['true', ignored],
  Consistency: ['Strong', `${ignored}: definitions are always the newest`],
  'Cache-Control': ['no-cache', ignored],
  'any other': ['x', ignored],
};
