/** Call control on paper: real calls, agents and prompts over stand-ins for media, speech and engine. */
import { readFileSync } from 'node:fs';
import type { SoftphoneCall, SoftphoneEvent } from '../../src/tables/softphone.ts';
import { AgentPhones } from '../../src/voice/agent-phones.ts';
import { Calls } from '../../src/voice/calls.ts';
import { DialedLeg } from '../../src/voice/dialed-leg.ts';
import { Ears } from '../../src/voice/ears.ts';
import { parseFlow } from '../../src/voice/ivr/parse-flow.ts';
import { Keepings } from '../../src/voice/keepings.ts';
import { createMediaDesk } from '../../src/voice/media-desk.ts';
import { type Page, PageSound } from '../../src/voice/page.ts';
import { createPrompts } from '../../src/voice/prompts.ts';
import { createTeller } from '../../src/voice/tell.ts';
import {
  PaperClock,
  PaperEngine,
  PaperLeg,
  PaperMedia,
  PaperSip,
  PaperSpeech,
  rest,
  withAgent,
} from './paper.ts';

const frontDesk = readFileSync(new URL('./front-desk.yaml', import.meta.url), 'utf8');

/** Everything a test of call control needs. The bot `bot` runs the front desk; conversations are c1, c2 … */
export function paperDesk(speech = new PaperSpeech()) {
  const clock = new PaperClock();
  const media = new PaperMedia();
  const engine = new PaperEngine();
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const flows = new Map([['bot', parseFlow('front-desk.yaml', frontDesk)]]);
  const desk = createMediaDesk(media, log);
  const { tell } = createTeller(engine, log, clock.schedule);
  const agents = new AgentPhones(tell);
  const prompts = createPrompts(speech, flows.values(), log);
  const sip = new PaperSip();
  const dialing = {
    sip,
    address: '127.0.0.1',
    findRoute: (number: string) => ({ uri: `sip:${number}@trunk` }),
  };
  let conversations = 0;
  let pages = 0;
  const calls = new Calls(
    {
      media: desk,
      agents,
      ears: new Ears(),
      tell,
      flows,
      prompts,
      keepings: new Keepings({ media: desk, tell, folder: '/nowhere', transcriber: null, log }),
      dial: (order) => new DialedLeg(order, { ...dialing, media: desk, schedule: clock.schedule }),
      schedule: clock.schedule,
      now: clock.now,
      log,
    },
    {
      numbers: new Map([
        ['+4570000100', 'echo'],
        ['+4570000101', 'tone'],
        ['+4570000102', 'ring'],
        ['+4570000103', 'busy'],
      ]),
      newId: () => `c${++conversations}`,
    },
  );
  engine.attach(calls);

  /** A page of the agent with its sound up, and what it was sent. */
  const signIn = async (agent: string) => {
    const sent: SoftphoneEvent[] = [];
    const sound = new PageSound(`${agent}-${++pages}`, desk, clock.schedule, (event) => sent.push(event));
    const page: Page = {
      sound,
      send: (event) => sent.push(event),
      replace: () => {
        sent.push({ type: 'replaced' });
        sound.close();
        agents.leave(agent, page);
      },
    };
    agents.join(agent, page);
    media.onEvent({ type: 'up', leg: sound.leg });
    await rest();
    return { page, sent, leg: sound.leg };
  };

  /** A caller's leg whose arrival the engine has been told. */
  const arrive = async (to = '+4570000001', id = 'call-1'): Promise<PaperLeg> => {
    const leg = new PaperLeg(id, to);
    calls.take(leg);
    await rest();
    return leg;
  };

  /** A call in which ann talks to the caller. */
  const talk = async () => {
    const ann = await signIn('ann');
    const caller = await arrive();
    await calls.perform({ type: 'PlayWaiting', conversation: 'c1', call: 'call-1' });
    await calls.perform(withAgent({ conversation: 'c1', call: 'call-1' }, 'ann'));
    await rest();
    media.take();
    return { ...ann, caller };
  };

  return { clock, media, sip, engine, lines, desk, agents, calls, signIn, arrive, talk };
}

/** What a page was last told of its call. */
export const shown = (sent: readonly SoftphoneEvent[]): SoftphoneCall | undefined =>
  sent.flatMap((event) => (event.type === 'call' ? [event.call] : [])).at(-1);
