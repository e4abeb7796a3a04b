import { tables, tablesVersion } from '../tables/index.ts';
import { csdl } from './metadata/csdl.ts';

/** The documents as bytes, made once for each version of the definitions: their text is long. */
let documents: { plain?: Buffer; annotated?: Buffer } = {};
let version = -1;

/** The CSDL of every table. `annotated`: with descriptions and capabilities. Source: webapi.md §13. */
export function metadataDocument(annotated = false): Buffer {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    documents = {};
  }
  const kind = annotated ? 'annotated' : 'plain';
  const document = documents[kind] ?? Buffer.from(csdl(annotated));
  documents[kind] = document;
  return document;
}

/** The service document: every entity set. `root`: the API's absolute address. Source: webapi.md §1. */
export function serviceDocument(root: string): string {
  const value = [...tables.values()]
    .map(({ entitySetName: name }) => ({ name, kind: 'EntitySet', url: name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify({ '@odata.context': `${root}/$metadata`, value });
}
