/** What the Prefer header asks for. `annotations` holds names, `*`, or prefixes ending in `*`.
 *  `asked`: the text of each honoured preference, for Preference-Applied. Source: webapi.md §2 and §5. */
export interface Preferences {
  readonly representation: boolean;
  readonly maxPageSize: number | null;
  readonly annotations: readonly string[];
  readonly trackChanges: boolean;
  readonly asked: {
    readonly [kind in 'representation' | 'maxPageSize' | 'annotations' | 'trackChanges']?: string;
  };
}

/** The most rows a page may have. Source: webapi.md §2. */
export const pageLimit = 5000;

const none: Preferences = {
  representation: false,
  maxPageSize: null,
  annotations: [],
  trackChanges: false,
  asked: {},
};

/** Reads a Prefer header: preferences joined by commas, quotes protecting commas. What is not known is dropped, as
 *  HTTP asks. Refuses nothing. */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined) return none;
  const result: { -readonly [K in keyof Preferences]: Preferences[K] } = { ...none };
  for (const part of splitOutsideQuotes(header)) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = unquote(equals < 0 ? '' : part.slice(equals + 1).trim());
    if (name === 'return' && value === 'representation') {
      result.representation = true;
      result.asked = { ...result.asked, representation: 'return=representation' };
    } else if (name === 'odata.maxpagesize' && /^\d{1,9}$/.test(value) && Number(value) > 0) {
      result.maxPageSize = Math.min(Number(value), pageLimit);
      result.asked = { ...result.asked, maxPageSize: `odata.maxpagesize=${result.maxPageSize}` };
    } else if (name === 'odata.include-annotations' && value !== '') {
      result.annotations = value.split(',').map((pattern) => pattern.trim());
      result.asked = { ...result.asked, annotations: `odata.include-annotations="${value}"` };
    } else if (name === 'odata.track-changes') {
      result.trackChanges = true;
      result.asked = { ...result.asked, trackChanges: 'odata.track-changes' };
    }
  }
  return result;
}

/** Whether the preferences ask for an annotation of this name. */
export function wantsAnnotation(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  );
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function splitOutsideQuotes(header: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < header.length; index += 1) {
    const character = header.charCodeAt(index);
    if (character === 34) quoted = !quoted;
    else if (character === 44 && !quoted) {
      parts.push(header.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(header.slice(start));
  return parts;
}
