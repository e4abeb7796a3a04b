/** The formats of pictures, told by their first bytes. */

const formats = [
  { type: 'image/png', extension: 'png', begin: /^\x89PNG\r\n/ },
  { type: 'image/jpeg', extension: 'jpg', begin: /^\xff\xd8\xff/ },
  { type: 'image/gif', extension: 'gif', begin: /^GIF8[79]a/ },
  { type: 'image/bmp', extension: 'bmp', begin: /^BM/ },
] as const;

/** A format that is taken. */
export type Format = (typeof formats)[number];

/** The format of a picture, null when it is none that is taken. Source: webapi.md §15. */
export function formatOf(bytes: Buffer): Format | null {
  const start = bytes.toString('latin1', 0, 16);
  return formats.find(({ begin }) => begin.test(start)) ?? null;
}
