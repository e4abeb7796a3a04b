import { tables } from '../tables/index.ts';
import { csdl } from './metadata/csdl.ts';

let document: string | null = null;

/** The CSDL of every table, made once. Source: webapi.md §13. */
export function metadataDocument(): string {
  document ??= csdl();
  return document;
}

/** The service document: every entity set. `root`: the API's absolute address. Source: webapi.md §1. */
export function serviceDocument(root: string): string {
  const value = [...tables.values()]
    .map(({ entitySetName: name }) => ({ name, kind: 'EntitySet', url: name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify({ '@odata.context': `${root}/$metadata`, value });
}
