/** Names and media types of files, in and out. */
import { extname } from 'node:path';
import { Refusal } from '../../tables/index.ts';

const longest = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/** A name as a client gives it. Refuses invalidArgument for none, for control characters and for more than 255
 *  characters. */
export function readFileName(given: string | undefined): string {
  const name = given?.trim() ?? '';
  if (name === '')
    throw new Refusal(
      'invalidArgument',
      'A file needs a name: give it as the header or the query option x-ms-file-name.',
    );
  if (control.test(name) || name.length > longest)
    throw new Refusal(
      'invalidArgument',
      `A file name has at most ${longest} characters and no control characters.`,
    );
  return name;
}

/** The name of an uploaded file; the header goes before the query option. `otherwise`: the name of what may come without
 *  one. Source: webapi.md §15. */
export const uploadName = (
  headers: { readonly [name: string]: string | undefined },
  options: ReadonlyMap<string, string>,
  otherwise?: string,
): string => readFileName(headers['x-ms-file-name'] ?? options.get('x-ms-file-name') ?? otherwise);

const types: ReadonlyMap<string, string> = new Map([
  ['.txt', 'text/plain'],
  ['.csv', 'text/csv'],
  ['.htm', 'text/html'],
  ['.html', 'text/html'],
  ['.xml', 'text/xml'],
  ['.json', 'application/json'],
  ['.pdf', 'application/pdf'],
  ['.zip', 'application/zip'],
  ['.doc', 'application/msword'],
  ['.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['.xls', 'application/vnd.ms-excel'],
  ['.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.bmp', 'image/bmp'],
  ['.svg', 'image/svg+xml'],
  ['.mp3', 'audio/mpeg'],
  ['.wav', 'audio/wav'],
  ['.mp4', 'video/mp4'],
]);

/** The media type that a name tells. */
export const typeOfName = (name: string): string =>
  types.get(extname(name).toLowerCase()) ?? 'application/octet-stream';

const mediaType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}(?:\s*;[\x20-\x7e]{0,100})?$/;

/** The media type that a client gives, or the one that the name tells. Refuses invalidArgument for a text that is none: it
 *  goes out again as a header. */
export function readMediaType(given: string | null, name: string): string {
  const type = given?.trim() ?? '';
  if (type === '') return typeOfName(name);
  if (mediaType.test(type)) return type;
  throw new Refusal('invalidArgument', 'MimeType must be a media type such as text/plain.');
}

/** A name as a header carries it: percent-encoded where it is not printable ASCII. */
export const headerText = (name: string): string =>
  /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);

/** The Content-Disposition of a download. Source: RFC 6266. */
export function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${encoded}`}`;
}

/** The file's extension in lower case, without its dot. */
export const extensionOf = (name: string): string => extname(name).slice(1).toLowerCase();
