import { createHash } from 'node:crypto';

/** The namespace of our metadata ids: a random one, fixed for ever. */
const namespace = Buffer.from('6b0f6c1e9a5d4c7f8a3c2f1b7d9e4a60', 'hex');

/** The kinds of thing that have a MetadataId. */
export type MetadataKind = 'table' | 'column' | 'relationship' | 'key' | 'choice' | 'option' | 'label';

/** The MetadataId of a thing: a GUID made of its kind and name (RFC 9562 version 5), so that it is the same on every
 *  server and after every restart. `name`: of a column and a key behind its table's and a dot. */
export function metadataId(kind: MetadataKind, name: string): string {
  const hash = createHash('sha1').update(namespace).update(`${kind} ${name}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
