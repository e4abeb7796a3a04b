/** From the text of a flow file to a flow that is safe to run. The world’s own
 *  front-desk flow is the example; this is the definition of the form. Source: voice.md §3.4. */
import { LineCounter, parseDocument } from 'yaml';
import { Refusal } from '../../tables/index.ts';
import { type Flow, promptOf, type Step, telephoneKeys, waysOut } from './flow.ts';
import { FlowReader, isMapping, type Node } from './flow-reader.ts';

const kinds = ['say', 'menu', 'collect', 'set', 'transfer', 'hangup'] as const;
const textLimit = 256 * 1024;

/** Reads and checks a whole flow before it is used.
 *  Shape: file name (for complaints) and YAML text → flow.
 *  Refuses invalidArgument with one line that names file, line, step and what would be right, and how many more
 *  complaints there are. */
export function parseFlow(file: string, text: string): Flow {
  if (text.length > textLimit)
    throw new Refusal('invalidArgument', `${file}: a flow file has at most ${textLimit} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new FlowReader(lines);
  for (const error of document.errors)
    reader.complainAtLine(lines.linePos(error.pos[0]).line, `not YAML: ${error.message.split('\n')[0]}`);
  refuseProblems(file, reader);
  const flow = readFlow(file, document.contents, reader);
  refuseProblems(file, reader);
  return { ...flow, warnings: oddities(flow) };
}

function refuseProblems(file: string, reader: FlowReader): void {
  const [first, ...rest] = reader.problems.toSorted((a, b) => a.line - b.line);
  if (first === undefined) return;
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  throw new Refusal('invalidArgument', `${file} line ${first.line}: ${first.text}${more}`);
}

function readFlow(file: string, root: Node, reader: FlowReader): Omit<Flow, 'warnings'> {
  const fields = reader.fields(root, 'a flow', ['name', 'language', 'voice', 'start', 'steps']);
  const steps = new Map<string, Step>();
  const keys = new Map<string, Node>();
  const stepsNode = fields.get('steps');
  if (stepsNode === undefined && isMapping(root))
    reader.complain(root, 'steps is missing: a mapping of step names to steps');
  else if (stepsNode !== undefined) {
    for (const [name, node, key] of reader.entries(stepsNode, 'steps')) {
      reader.step = name;
      keys.set(name, key);
      const step = readStep(node, reader);
      if (step !== null) steps.set(name, step);
    }
  }
  reader.step = null;
  const start = reader.text(fields.get('start'), 'start', root, 100);
  const voice = fields.get('voice');
  const flow = {
    file,
    name: reader.text(fields.get('name'), 'name', root, 100),
    language: fields.has('language') ? reader.text(fields.get('language'), 'language', root, 20) : 'en',
    voice: voice === undefined ? null : reader.text(voice, 'voice', root, 100),
    start,
    steps,
  };
  if (start !== '' && !keys.has(start))
    reader.complain(fields.get('start'), `start names no step; ${known(keys)}`);
  for (const [name, step] of steps) {
    reader.step = name;
    for (const target of waysOut(step))
      if (target !== '' && !keys.has(target))
        reader.complain(keys.get(name), `goes on at "${target}", which is no step; ${known(keys)}`);
  }
  checkSetCycles(flow.steps, keys, reader);
  return flow;
}

const known = (keys: ReadonlyMap<string, Node>): string => `steps are: ${[...keys.keys()].join(', ')}`;

function readStep(node: Node, reader: FlowReader): Step | null {
  const fields = reader.fields(node, 'a step', [...kinds, 'next']);
  const named = kinds.filter((kind) => fields.has(kind));
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    if (isMapping(node))
      reader.complain(
        node,
        `must say exactly one of ${kinds.join(', ')}; it says ${named.join(' and ') || 'none'}`,
      );
    return null;
  }
  const body = fields.get(kind);
  if (!fields.has('next') && (kind === 'say' || kind === 'set' || kind === 'collect'))
    reader.complain(node, `${kind} needs next: the name of the step that follows`);
  if (fields.has('next') && (kind === 'menu' || kind === 'transfer' || kind === 'hangup'))
    reader.complain(fields.get('next'), `${kind} takes no next; remove it`);
  const next = fields.has('next') ? reader.text(fields.get('next'), 'next', node, 100) : '';
  switch (kind) {
    case 'say':
      return { kind, text: reader.text(body, 'say', node), next };
    case 'menu':
      return readMenu(body, reader);
    case 'collect':
      return readCollect(body, next, reader);
    case 'set':
      return { kind, variables: readVariables(body, reader), next };
    case 'transfer':
    case 'hangup':
      reader.yes(body, kind);
      return { kind };
  }
}

function readMenu(body: Node, reader: FlowReader): Step {
  const fields = reader.fields(body, 'menu', ['prompt', 'keys', 'timeoutSeconds', 'attempts', 'otherwise']);
  const keys: Record<string, string> = {};
  if (!fields.has('keys')) reader.complain(body, 'menu needs keys, for example keys: { "1": sales }');
  else
    for (const [key, target, at] of reader.entries(fields.get('keys'), 'keys')) {
      if (key.length !== 1 || !telephoneKeys.includes(key))
        reader.complain(at, `"${key}" is not a telephone key; use one of ${[...telephoneKeys].join(' ')}`);
      keys[key] = reader.text(target, `the step of key ${key}`, at, 100);
    }
  return {
    kind: 'menu',
    prompt: reader.text(fields.get('prompt'), 'prompt', body),
    keys,
    ...readPatience(fields, reader, 3),
    otherwise: reader.text(fields.get('otherwise'), 'otherwise', body, 100),
  };
}

function readCollect(body: Node, next: string, reader: FlowReader): Step {
  const fields = reader.fields(body, 'collect', [
    'prompt',
    'max',
    'terminator',
    'timeoutSeconds',
    'attempts',
    'into',
    'otherwise',
  ]);
  const terminator = fields.has('terminator')
    ? reader.text(fields.get('terminator'), 'terminator', body, 1)
    : null;
  if (terminator !== null && !telephoneKeys.includes(terminator))
    reader.complain(fields.get('terminator'), 'terminator must be a telephone key, for example "#"');
  return {
    kind: 'collect',
    prompt: reader.text(fields.get('prompt'), 'prompt', body),
    max: reader.whole(fields.get('max'), 'max', [1, 64], 64),
    terminator,
    ...readPatience(fields, reader, 1),
    into: reader.text(fields.get('into'), 'into', body, 100),
    next,
    otherwise: fields.has('otherwise') ? reader.text(fields.get('otherwise'), 'otherwise', body, 100) : next,
  };
}

function readPatience(fields: ReadonlyMap<string, Node>, reader: FlowReader, attempts: number) {
  return {
    timeoutSeconds: reader.whole(fields.get('timeoutSeconds'), 'timeoutSeconds', [1, 60], 8),
    attempts: reader.whole(fields.get('attempts'), 'attempts', [1, 10], attempts),
  };
}

/** Limits of behaviour.md §3.7: names to 100 characters, values to 4,000. */
function readVariables(body: Node, reader: FlowReader): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value, key] of reader.entries(body, 'set')) {
    if (name === '' || name.length > 100)
      reader.complain(key, 'the name of a context variable has 1 to 100 characters');
    variables[name] = reader.text(value, `the value of ${name}`, key, 4000);
  }
  return variables;
}

/** A ring of set steps would never come to rest: nothing in it waits for the caller. */
function checkSetCycles(
  steps: ReadonlyMap<string, Step>,
  keys: ReadonlyMap<string, Node>,
  reader: FlowReader,
): void {
  for (const name of steps.keys()) {
    const seen = new Set<string>();
    let at = name;
    for (let step = steps.get(at); step?.kind === 'set' && !seen.has(at); step = steps.get(at)) {
      seen.add(at);
      at = step.next;
    }
    if (at !== name || !seen.has(name)) continue;
    reader.step = name;
    reader.complain(
      keys.get(name),
      'runs in a ring of set steps that never ends; lead it to a say, menu, collect, transfer or hangup',
    );
  }
}

/** Steps never reached from the start, and reached steps from which no transfer or hangup can be reached. */
function oddities(flow: Omit<Flow, 'warnings'>): string[] {
  const reach = (from: string): Set<string> => {
    const seen = new Set([from]);
    for (const name of seen) {
      const step = flow.steps.get(name);
      if (step !== undefined) for (const target of waysOut(step)) seen.add(target);
    }
    return seen;
  };
  const live = reach(flow.start);
  const warnings: string[] = [];
  for (const [name, step] of flow.steps) {
    const ends = [...reach(name)].some((target) => {
      const kind = flow.steps.get(target)?.kind;
      return kind === 'transfer' || kind === 'hangup';
    });
    if (!live.has(name)) warnings.push(`${flow.file}: step "${name}" is never reached from "${flow.start}"`);
    else if (!ends) warnings.push(`${flow.file}: step "${name}" has no way to a transfer or hangup`);
    if (step.kind === 'menu' && Object.keys(step.keys).length === 0)
      warnings.push(`${flow.file}: step "${name}" offers no key`);
  }
  return warnings;
}

/** Every text the flow can say, those of the start first. */
export function promptsOf(flow: Flow): string[] {
  const texts = new Set<string>();
  const order = new Set([flow.start]);
  for (const name of order) {
    const step = flow.steps.get(name);
    if (step === undefined) continue;
    const text = promptOf(step);
    if (text !== null) texts.add(text);
    for (const target of waysOut(step)) order.add(target);
  }
  return [...texts];
}
