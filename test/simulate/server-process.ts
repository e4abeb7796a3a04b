/** One of several server processes: the real store, engine and nodes on the database of its argument, and in place of the
 *  sockets its parent, who says what comes in and is told what became of it. It may be killed at any moment. */
import { type CallEffect, type ConversationEvent, createEngine } from '../../src/conversation/index.ts';
import { joinNodes } from '../../src/server/among-nodes.ts';
import { openStore } from '../../src/store/index.ts';
import { Refusal } from '../../src/tables/index.ts';

/** What the parent says, and what it hears. `outcome`: 'done' or the key of a refusal. */
export interface Asked {
  readonly id: number;
  readonly event: ConversationEvent;
}
export type Told =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly outcome: string }
  | { readonly type: 'wrong'; readonly what: string };

const tell = (told: Told): void => {
  process.send?.(told);
};
const wrong = (what: string): void => tell({ type: 'wrong', what });

/** A database that is busy is asked again. */
const report = (fault: unknown): void => {
  if (!(fault instanceof Refusal) || fault.key !== 'unavailable') wrong(String(fault));
};
const store = await openStore({ url: process.argv[2] ?? '', report });
const engine = createEngine({ store, log: wrong, limits: { offerSeconds: 3, graceMs: 2_000 } });
const pages = new Set<string>();
const everHere = new Set<string>();
const calls = new Set<string>();

/** The voice layer as far as it matters who is where: sound comes up when call and page are both here. */
async function perform(effect: CallEffect): Promise<void> {
  if (effect.type === 'ReplacePage') {
    pages.delete(effect.agent);
    return;
  }
  const { conversation } = effect;
  if (effect.type === 'Release') calls.delete(conversation);
  if (effect.type === 'RingAgent' && !everHere.has(effect.agent))
    wrong(`${conversation} rings at ${effect.agent}, who never was here`);
  if (effect.type !== 'Arrange' || !calls.has(conversation)) return;
  for (const { agent } of effect.room.parties)
    if (agent !== null && pages.has(agent))
      engine
        .run({ type: 'MediaConnected', conversation, agent })
        .catch((error: unknown) => error instanceof Refusal || wrong(String(error)));
}

async function take({ id, event }: Asked): Promise<void> {
  if (event.type === 'AgentConnected') {
    pages.add(event.agent);
    everHere.add(event.agent);
  }
  if (event.type === 'CallArrived') calls.add(event.conversation);
  try {
    await engine.run(event);
    tell({ type: 'answer', id, outcome: 'done' });
  } catch (error) {
    if (!(error instanceof Refusal)) wrong(`${event.type}: ${String(error)}`);
    tell({ type: 'answer', id, outcome: error instanceof Refusal ? error.key : 'fault' });
  }
}

engine.attach({ perform });
const { expelled } = await joinNodes({ nodes: store.nodes, engine, log: () => {} });
void expelled.then(wrong);
store.startTimers();
process.on('message', (asked) => void take(asked as Asked));
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready' });
