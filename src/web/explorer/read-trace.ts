/** Reads the rows of one conversation by the public Web API, as any client would. */
import { lookup, text, type WebRecord } from '../kit/record.ts';
import { readList, readRecord, WebApiError } from '../kit/web-api.ts';
import type { TraceRows } from './trace.ts';

const oldestFirst = '$orderby=createdon asc';

async function optional(path: string | null): Promise<WebRecord | null> {
  if (path === null) return null;
  try {
    return await readRecord(path);
  } catch (error) {
    if (error instanceof WebApiError && error.status === 404) return null;
    throw error;
  }
}

const anyOf = (column: string, ids: readonly string[]) => ids.map((id) => `${column} eq ${id}`).join(' or ');

const listOf = (set: string, column: string, ids: readonly string[]): Promise<readonly WebRecord[]> =>
  ids.length === 0 ? Promise.resolve([]) : readList(`${set}?$filter=${anyOf(column, ids)}&${oldestFirst}`);

/** Ids of the lookup in these records, each once. */
const targets = (rows: readonly WebRecord[], column: string): string[] => [
  ...new Set(rows.flatMap((row) => lookup(row, column)?.id ?? [])),
];

/** The template the workstream names: by unique name, as the product ties them. */
async function templateOf(workstream: WebRecord | null): Promise<WebRecord | null> {
  const name = workstream === null ? null : text(workstream, 'msdyn_sessiontemplate_default');
  if (name === null) return null;
  const found = await readList(
    `msdyn_sessiontemplates?$filter=msdyn_uniquename eq '${name.replaceAll("'", "''")}'`,
  );
  return found[0] ?? null;
}

/** All rows of a conversation. Rejects with a WebApiError, 404 when there is no such conversation. */
export async function readTrace(id: string): Promise<TraceRows> {
  const [conversation, ongoing, engagements, variables, sessions, queueItems, runs] = await Promise.all([
    readRecord(`msdyn_ocliveworkitems(${id})`),
    optional(`msdyn_liveconversations(${id})`),
    listOf('msdyn_ocphonecallengagementctxes', '_msdyn_liveworkitemid_value', [id]),
    listOf('msdyn_ocliveworkitemcontextitems', '_msdyn_ocliveworkitemid_value', [id]),
    listOf('msdyn_ocsessions', '_msdyn_liveworkitemid_value', [id]),
    listOf('queueitems', '_objectid_value', [id]),
    listOf('msdyn_unifiedroutingruns', '_msdyn_liveworkitem_value', [id]),
  ]);
  const regarding = lookup(conversation, 'regardingobjectid');
  const workstreamId = lookup(conversation, 'msdyn_liveworkstreamid')?.id ?? null;
  const sessionIds = sessions.flatMap((row) => text(row, 'activityid') ?? []);
  const queueIds = [
    ...new Set([...targets(sessions, 'msdyn_cdsqueueid'), ...targets(queueItems, 'queueid')]),
  ];
  const [contact, workstream, participants, queues] = await Promise.all([
    optional(regarding !== null && regarding.table === 'contact' ? `contacts(${regarding.id})` : null),
    optional(workstreamId === null ? null : `msdyn_liveworkstreams(${workstreamId})`),
    listOf('msdyn_sessionparticipants', '_msdyn_omnichannelsession_value', sessionIds),
    queueIds.length === 0 ? [] : readList(`queues?$filter=${anyOf('queueid', queueIds)}`),
  ]);
  return {
    conversation,
    ongoing,
    contact,
    workstream,
    template: await templateOf(workstream),
    engagements,
    variables,
    sessions,
    participants,
    queues,
    queueItems,
    runs,
  };
}

/** The newest conversations. */
export function readRecent(): Promise<readonly WebRecord[]> {
  return readList(
    'msdyn_ocliveworkitems?$select=activityid,subject,statuscode,createdon,_msdyn_cdsqueueid_value,_msdyn_liveworkstreamid_value,msdyn_isabandoned&$orderby=createdon desc',
    50,
  );
}

/** One record exactly as the server gives it, annotations as the client asked, for the Web API panel. */
export function readWhole(entitySet: string, id: string): Promise<WebRecord> {
  return readRecord(`${entitySet}(${id})`);
}
