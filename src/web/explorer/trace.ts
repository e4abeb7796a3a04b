/** The picture's content: which records one conversation consists of, and which lookup ties which to which.
 *  Pure: from rows of the Web API to nodes and edges. Source: ui.md §6, mission row S0.9. */
import { formatDate, formatTime } from '../kit/format.ts';
import { instant, label, lookup, number, text, type WebRecord } from '../kit/record.ts';

/** The kinds of records in the picture; each has its colour and its lane. */
export type Kind =
  | 'contact'
  | 'engagement'
  | 'variable'
  | 'template'
  | 'conversation'
  | 'ongoing'
  | 'workstream'
  | 'session'
  | 'queueItem'
  | 'participant'
  | 'queue'
  | 'routing';

/** One line of a node. `column`: logical name. `id`: set when the value is an id, drawn as a chip. */
export interface Field {
  readonly label: string;
  readonly column: string;
  readonly value: string;
  readonly id?: string;
}

/** One record. `entitySet` and `id` make its address. */
export interface TraceNode {
  readonly key: string;
  readonly kind: Kind;
  readonly ordinal: string;
  readonly title: string;
  readonly table: string;
  readonly entitySet: string;
  readonly id: string;
  readonly fields: readonly Field[];
  readonly record: WebRecord;
}

/** One lookup, from the record that holds it to the record it names. */
export interface TraceEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly column: string;
}

/** Everything the picture shows. */
export interface Trace {
  readonly nodes: readonly TraceNode[];
  readonly edges: readonly TraceEdge[];
}

/** The rows of one conversation, by table, each list oldest first. */
export interface TraceRows {
  readonly conversation: WebRecord;
  readonly ongoing: WebRecord | null;
  readonly contact: WebRecord | null;
  readonly workstream: WebRecord | null;
  readonly template: WebRecord | null;
  readonly engagements: readonly WebRecord[];
  readonly variables: readonly WebRecord[];
  readonly sessions: readonly WebRecord[];
  readonly participants: readonly WebRecord[];
  readonly queues: readonly WebRecord[];
  readonly queueItems: readonly WebRecord[];
  readonly runs: readonly WebRecord[];
}

interface Shape {
  readonly kind: Kind;
  readonly table: string;
  readonly entitySet: string;
  readonly key: string;
  readonly fields: readonly (readonly [label: string, column: string, as?: 'lookup' | 'time' | 'label'])[];
}

const shapes = {
  contact: {
    kind: 'contact',
    table: 'contact',
    entitySet: 'contacts',
    key: 'contactid',
    fields: [
      ['Name', 'fullname'],
      ['Mobile', 'mobilephone'],
    ],
  },
  engagement: {
    kind: 'engagement',
    table: 'msdyn_ocphonecallengagementctx',
    entitySet: 'msdyn_ocphonecallengagementctxes',
    key: 'msdyn_ocphonecallengagementctxid',
    fields: [
      ['Conversation', 'msdyn_liveworkitemid', 'lookup'],
      ['Call id', 'msdyn_callsid'],
      ['Caller', 'msdyn_fromphone'],
      ['Dialled', 'msdyn_tophone'],
    ],
  },
  variable: {
    kind: 'variable',
    table: 'msdyn_ocliveworkitemcontextitem',
    entitySet: 'msdyn_ocliveworkitemcontextitems',
    key: 'msdyn_ocliveworkitemcontextitemid',
    fields: [
      ['Variable', 'msdyn_ocliveworkstreamcontextvariableid', 'lookup'],
      ['Name', 'msdyn_name'],
      ['Value', 'msdyn_value'],
    ],
  },
  template: {
    kind: 'template',
    table: 'msdyn_sessiontemplate',
    entitySet: 'msdyn_sessiontemplates',
    key: 'msdyn_sessiontemplateid',
    fields: [
      ['Unique name', 'msdyn_uniquename'],
      ['Type', 'msdyn_type', 'label'],
      ['Panel', 'msdyn_panelstate', 'label'],
    ],
  },
  conversation: {
    kind: 'conversation',
    table: 'msdyn_ocliveworkitem',
    entitySet: 'msdyn_ocliveworkitems',
    key: 'activityid',
    fields: [
      ['Subject', 'subject'],
      ['Workstream', 'msdyn_liveworkstreamid', 'lookup'],
      ['Queue', 'msdyn_cdsqueueid', 'lookup'],
      ['Regarding', 'regardingobjectid', 'lookup'],
      ['State', 'statuscode', 'label'],
      ['Reason', 'msdyn_statuschangereason', 'label'],
      ['Abandoned', 'msdyn_isabandoned', 'label'],
    ],
  },
  ongoing: {
    kind: 'ongoing',
    table: 'msdyn_liveconversation',
    entitySet: 'msdyn_liveconversations',
    key: 'msdyn_liveconversationid',
    fields: [
      ['State', 'statuscode', 'label'],
      ['Agent', 'msdyn_activeagentid', 'lookup'],
      ['Queue', 'msdyn_cdsqueueid', 'lookup'],
      ['Transfers', 'msdyn_transfercount'],
    ],
  },
  workstream: {
    kind: 'workstream',
    table: 'msdyn_liveworkstream',
    entitySet: 'msdyn_liveworkstreams',
    key: 'msdyn_liveworkstreamid',
    fields: [
      ['Name', 'msdyn_name'],
      ['Mode', 'msdyn_workdistributionmode', 'label'],
      ['Capacity', 'msdyn_capacityrequired'],
      ['Template', 'msdyn_sessiontemplate_default'],
    ],
  },
  session: {
    kind: 'session',
    table: 'msdyn_ocsession',
    entitySet: 'msdyn_ocsessions',
    key: 'activityid',
    fields: [
      ['Conversation', 'msdyn_liveworkitemid', 'lookup'],
      ['Queue', 'msdyn_cdsqueueid', 'lookup'],
      ['Created', 'msdyn_sessioncreatedon', 'time'],
      ['Assigned', 'msdyn_agentassignedon', 'time'],
      ['Closed', 'msdyn_sessionclosedon', 'time'],
      ['Closure', 'msdyn_closurereason', 'label'],
    ],
  },
  queueItem: {
    kind: 'queueItem',
    table: 'queueitem',
    entitySet: 'queueitems',
    key: 'queueitemid',
    fields: [
      ['Object', 'objectid', 'lookup'],
      ['Queue', 'queueid', 'lookup'],
      ['Worker', 'workerid', 'lookup'],
      ['Entered', 'enteredon', 'time'],
    ],
  },
  participant: {
    kind: 'participant',
    table: 'msdyn_sessionparticipant',
    entitySet: 'msdyn_sessionparticipants',
    key: 'msdyn_sessionparticipantid',
    fields: [
      ['Session', 'msdyn_omnichannelsession', 'lookup'],
      ['Agent', 'msdyn_agentid', 'lookup'],
      ['Mode', 'msdyn_mode', 'label'],
      ['Assign reason', 'msdyn_assignreason'],
      ['Joined', 'msdyn_joinedon', 'time'],
      ['Left', 'msdyn_lefton', 'time'],
      ['Talk time', 'msdyn_talktime'],
    ],
  },
  queue: {
    kind: 'queue',
    table: 'queue',
    entitySet: 'queues',
    key: 'queueid',
    fields: [
      ['Name', 'name'],
      ['Assignment', 'msdyn_assignmentstrategy', 'label'],
    ],
  },
  routing: {
    kind: 'routing',
    table: 'msdyn_unifiedroutingrun',
    entitySet: 'msdyn_unifiedroutingruns',
    key: 'msdyn_unifiedroutingrunid',
    fields: [
      ['Conversation', 'msdyn_liveworkitem', 'lookup'],
      ['Queue', 'msdyn_queue', 'lookup'],
      ['Agent', 'msdyn_assignedagent', 'lookup'],
      ['Status', 'msdyn_routingstatus', 'label'],
    ],
  },
} as const satisfies Record<Kind, Shape>;

function fieldOf(record: WebRecord, [name, column, as]: Shape['fields'][number], day: string): Field | null {
  if (as === 'lookup') {
    const target = lookup(record, column);
    return target === null ? null : { label: name, column, value: target.name ?? target.id, id: target.id };
  }
  if (as === 'time') {
    const at = instant(record, column);
    if (at === null) return null;
    const isOtherDay = formatDate(at) !== day;
    return {
      label: name,
      column,
      value: isOtherDay ? `${formatDate(at)}, ${formatTime(at)}` : formatTime(at),
    };
  }
  const value =
    (as === 'label' ? label(record, column) : null) ?? text(record, column) ?? number(record, column);
  return value === null ? null : { label: name, column, value: String(value) };
}

/** `day`: that of the conversation; an instant of another day is written with its date. */
function nodeOf(kind: Kind, record: WebRecord, ordinal: string, title: string, day: string): TraceNode {
  const { table, entitySet, key, fields }: Shape = shapes[kind];
  const id = text(record, key) ?? '';
  return {
    key: `${table}:${id}`,
    kind,
    ordinal,
    title,
    table,
    entitySet,
    id,
    fields: [
      { label: 'Id', column: key, value: id, id },
      ...fields.flatMap((field) => fieldOf(record, field, day) ?? []),
    ],
    record,
  };
}

const agentName = (record: WebRecord) => lookup(record, 'msdyn_agentid')?.name;

function nodesOf(rows: TraceRows): TraceNode[] {
  const began = instant(rows.conversation, 'createdon');
  const day = began === null ? '' : formatDate(began);
  const node = (kind: Kind, record: WebRecord, ordinal: string, title: string) =>
    nodeOf(kind, record, ordinal, title, day);
  const one = (kind: Kind, record: WebRecord | null, ordinal: string, title: string) =>
    record === null ? [] : [node(kind, record, ordinal, title)];
  return [
    ...one('contact', rows.contact, '2a', 'Contact'),
    ...rows.engagements.map((row) => node('engagement', row, '1', 'Phone engagement')),
    ...rows.variables.map((row) =>
      node('variable', row, '', `Context variable ${text(row, 'msdyn_name') ?? ''}`),
    ),
    ...one('template', rows.template, '', 'Session template'),
    node('conversation', rows.conversation, '2', 'Conversation'),
    ...one('ongoing', rows.ongoing, '', 'Ongoing conversation'),
    ...one('workstream', rows.workstream, '', 'Workstream'),
    ...rows.sessions.map((row, index) => node('session', row, '3', `Session ${index + 1}`)),
    ...rows.queueItems.map((row) => node('queueItem', row, '', 'Queue item')),
    ...rows.participants.map((row) =>
      node('participant', row, '4', `Participant · ${agentName(row) ?? 'nobody'}`),
    ),
    ...rows.queues.map((row) => node('queue', row, '', text(row, 'name') ?? 'Queue')),
    ...rows.runs.map((row, index) => node('routing', row, '', `Routing run ${index + 1}`)),
  ];
}

const edgeWords: Readonly<Record<string, string>> = {
  regardingobjectid: 'regarding',
  msdyn_liveworkitemid: 'conversation',
  msdyn_liveworkitem: 'conversation',
  msdyn_liveworkstreamid: 'workstream',
  msdyn_omnichannelsession: 'session',
  msdyn_cdsqueueid: 'queue',
  msdyn_queue: 'queue',
  queueid: 'queue',
  objectid: 'queue item',
  msdyn_ocliveworkitemid: 'variable',
};

/** What a lookup of the node names, as a node key. Two tables may share an id (conversation and ongoing conversation),
 *  so the target's table decides; without it the only node of that id. */
function targetOf(node: TraceNode, column: string, nodes: readonly TraceNode[]): TraceNode | undefined {
  const value = lookup(node.record, column);
  if (value === null) return undefined;
  if (value.table !== null) return nodes.find(({ key }) => key === `${value.table}:${value.id}`);
  return nodes.find(({ id, kind }) => id === value.id && kind !== 'ongoing');
}

/** Lookups that would only repeat what a nearer edge says. */
function isRepeat(node: TraceNode, target: TraceNode): boolean {
  if (node.kind === 'participant') return target.kind === 'queue';
  if (node.kind === 'session') return target.kind === 'session' || target.kind === 'contact';
  if (node.kind === 'routing' || node.kind === 'queueItem') return target.kind === 'workstream';
  return node.kind === 'ongoing';
}

/** The edges between nodes: a lookup each, plus the tie the product makes by name instead of by lookup. */
function edgesOf(nodes: readonly TraceNode[]): TraceEdge[] {
  const edges: TraceEdge[] = [];
  for (const node of nodes) {
    for (const [column, words] of Object.entries(edgeWords)) {
      const target = targetOf(node, column, nodes);
      if (target === undefined || target === node || isRepeat(node, target)) continue;
      if (edges.some((edge) => edge.from === node.key && edge.to === target.key)) continue;
      edges.push({ from: node.key, to: target.key, label: words, column });
    }
  }
  const workstream = nodes.find(({ kind }) => kind === 'workstream');
  const template = nodes.find(({ kind }) => kind === 'template');
  if (workstream !== undefined && template !== undefined) {
    edges.push({
      from: workstream.key,
      to: template.key,
      label: 'template',
      column: 'msdyn_sessiontemplate_default',
    });
  }
  return edges;
}

/** Nodes and edges of one conversation. */
export function buildTrace(rows: TraceRows): Trace {
  const nodes = nodesOf(rows);
  return { nodes, edges: edgesOf(nodes) };
}

/** The views of the picture: what the agent meets, the configuration behind it, or both. */
export type View = 'front' | 'back' | 'both';

const frontKinds: ReadonlySet<Kind> = new Set([
  'contact',
  'engagement',
  'conversation',
  'session',
  'participant',
]);
const backKinds: ReadonlySet<Kind> = new Set([
  'conversation',
  'ongoing',
  'workstream',
  'template',
  'variable',
  'queue',
  'queueItem',
  'routing',
]);

/** The part of the trace that a view shows. */
export function inView(trace: Trace, view: View): Trace {
  if (view === 'both') return trace;
  const kinds = view === 'front' ? frontKinds : backKinds;
  const nodes = trace.nodes.filter(({ kind }) => kinds.has(kind));
  const keys = new Set(nodes.map(({ key }) => key));
  return { nodes, edges: trace.edges.filter(({ from, to }) => keys.has(from) && keys.has(to)) };
}
