/** The request log as the screens read it. Source: README, "GET /requests". */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { instant, isRecord, number, records, text, type WebRecord } from '../kit/record.ts';
import { readList, readLog, readLogText } from '../kit/web-api.ts';
import { type Filter, queryOf } from './filter.ts';

/** One request in the list. `stages`: name and milliseconds, in the order of the walk. */
export interface Line {
  readonly id: string;
  readonly at: Date | null;
  readonly caller: string | null;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly stages: readonly (readonly [name: string, ms: number])[];
  readonly statements: number;
  readonly rowsChanged: number;
  readonly conversations: readonly string[];
}

/** One change of a row that a request made. */
export interface RowChange {
  readonly seq: number;
  readonly table: string;
  readonly id: string;
  readonly operation: string;
  readonly conversation: string | null;
  readonly before: WebRecord;
  readonly after: WebRecord;
}

/** A request inside a batch. */
export interface Part {
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly changeSet: number | null;
}

/** What came or went: header lines, and the body as far as it was kept. */
export interface Message {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly bytes: number;
}

/** All that is known of one request. `parts`: null when it is no batch. */
export interface Detail extends Line {
  readonly request: Message;
  readonly response: Message;
  readonly parts: readonly Part[] | null;
  readonly changes: readonly RowChange[];
}

interface Page {
  readonly lines: readonly Line[];
  readonly next: string | null;
}

const pageSize = 100;

/** The requests of a filter, newest first, page by page. */
export const listQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['requests', filter],
    initialPageParam: queryOf(filter, pageSize),
    queryFn: async ({ pageParam }): Promise<Page> => {
      const body = await readLog(pageParam);
      return { lines: records(body, 'value').map(parseLine), next: text(body, 'next') };
    },
    getNextPageParam: ({ next }) => next?.replace(/^\/requests/, ''),
  });

/** One request. */
export const detailQuery = (id: string) =>
  queryOptions({
    queryKey: ['request', id],
    queryFn: async () => parseDetail(await readLog(`/${encodeURIComponent(id)}`)),
  });

/** A request as something to run: `curl` or `test.ts`. */
export const exportQuery = (id: string, form: 'curl' | 'test.ts') =>
  queryOptions({
    queryKey: ['request', id, form],
    queryFn: () => readLogText(`/${encodeURIComponent(id)}.${form}`),
  });

/** The names of users by id. */
export const namesQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['callers', ...ids],
    enabled: ids.length > 0,
    staleTime: 10 * 60_000,
    queryFn: async (): Promise<ReadonlyMap<string, string>> => {
      const filter = ids.map((id) => `systemuserid eq ${id}`).join(' or ');
      const rows = await readList(`systemusers?$select=fullname&$filter=${filter}`);
      return new Map(rows.map((row) => [text(row, 'systemuserid') ?? '', text(row, 'fullname') ?? '']));
    },
  });

/** Who asked, each once. */
export function callersOf(lines: readonly Line[]): readonly string[] {
  return [...new Set(lines.map(({ caller }) => caller).filter((caller) => caller !== null))].sort();
}

/** Reads one line of the list. */
export function parseLine(row: WebRecord): Line {
  const stages = isRecord(row.stagesMs) ? Object.entries(row.stagesMs) : [];
  return {
    id: text(row, 'id') ?? '',
    at: instant(row, 'at'),
    caller: text(row, 'caller'),
    method: text(row, 'method') ?? '',
    url: text(row, 'url') ?? '',
    status: number(row, 'status'),
    durationMs: number(row, 'durationMs'),
    stages: stages.flatMap(([name, ms]) => (typeof ms === 'number' ? [[name, ms] as const] : [])),
    statements: number(row, 'statements') ?? 0,
    rowsChanged: number(row, 'rowsChanged') ?? 0,
    conversations: Array.isArray(row.conversations)
      ? row.conversations.filter((id) => typeof id === 'string')
      : [],
  };
}

function parseDetail(row: WebRecord): Detail {
  return {
    ...parseLine(row),
    request: parseMessage(row.request, number(row, 'requestBytes')),
    response: parseMessage(row.response, number(row, 'responseBytes')),
    parts: Array.isArray(row.parts) ? records(row, 'parts').map(parsePart) : null,
    changes: records(row, 'changes').map((change) => ({
      seq: number(change, 'seq') ?? 0,
      table: text(change, 'table') ?? '',
      id: text(change, 'id') ?? '',
      operation: text(change, 'operation') ?? '',
      conversation: text(change, 'conversation'),
      before: isRecord(change.before) ? change.before : {},
      after: isRecord(change.after) ? change.after : {},
    })),
  };
}

function parseMessage(value: unknown, bytes: number | null): Message {
  const message = isRecord(value) ? value : {};
  const headers = isRecord(message.headers) ? Object.entries(message.headers) : [];
  return {
    headers: headers.map(([name, line]) => [name, String(line)]),
    body: text(message, 'body'),
    bytes: bytes ?? 0,
  };
}

const parsePart = (part: WebRecord): Part => ({
  method: text(part, 'method') ?? '',
  url: text(part, 'url') ?? '',
  status: number(part, 'status'),
  changeSet: number(part, 'changeSet'),
});
