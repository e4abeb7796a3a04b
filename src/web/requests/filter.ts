/** Which requests are shown; it stands in the address, so that a link shows a colleague the same. A number is one because
 *  the router would write a text of digits with quotation marks. */
export interface Filter {
  readonly status?: string | number;
  readonly path?: string | number;
  readonly caller?: string | number;
}

const names = ['status', 'path', 'caller'] as const;

/** Reads the query of the address, or of the form. */
export function parseFilter(search: Readonly<Record<string, unknown>>): Filter {
  const entries = names.flatMap((name) => {
    const text = String(search[name] ?? '').trim();
    return text === '' ? [] : [[name, /^\d{1,9}$/.test(text) ? Number(text) : text]];
  });
  return Object.fromEntries(entries);
}

/** The query of the server's list. */
export function queryOf(filter: Filter, top: number): string {
  const query = new URLSearchParams({ top: String(top) });
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `?${query}`;
}
