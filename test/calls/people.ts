/** The people of a call with real telephones: a caller, agents with pages, and telephones outside. */
import type { CallEffect, Keeping, Part, Party, RoomPlan } from '../../src/conversation/index.ts';
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts';
import { type Person, pitches } from './hearing.ts';
import { type Line, numbers, openLine, until } from './line.ts';
import { TestPage } from './page.ts';

/** The number of the expert outside, whose telephone is a test phone. */
export const expertNumber = '+4570990001';

/** A person with a page, and with a phone. */
export type Agent = Person & { readonly page: TestPage };
export type Outside = Person & { readonly phone: Phone };

/** A line, and whoever is on it. */
export interface Stage {
  readonly line: Line;
  /** Signs an agent in, with their own pitch. */
  agent(name: 'ann' | 'ben' | 'sue'): Promise<Agent>;
  /** Somebody calls the number without a bot. */
  caller(options?: PhoneOptions): Promise<Outside>;
  /** The expert's telephone, not called yet. */
  expert(options?: PhoneOptions): Promise<Outside>;
  /** An effect on the last call, with its ids filled in. */
  act<Type extends CallEffect['type']>(
    type: Type,
    rest: Omit<Extract<CallEffect, { readonly type: Type }>, 'type' | 'conversation' | 'call'>,
  ): Promise<void>;
  /** Brings the last call to this state. */
  arrange(plan: Partial<RoomPlan>): Promise<void>;
  /** Everybody leaves. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** An agent of a plan. */
export const seat = (agent: string, part: Exclude<Part, 'customer'>, held = false): Party => ({
  id: agent,
  agent,
  part,
  held,
});

/** An external party of a plan. */
export const outside = (id: string, part: Exclude<Part, 'customer'>, held = false): Party => ({
  id,
  agent: null,
  part,
  held,
});

/** What is kept, both sound and text. */
export const kept = (id: string, paused = false): Keeping => ({ id, audio: true, transcript: true, paused });

/** Sets the stage. */
export async function openStage(...parts: Parameters<typeof openLine>): Promise<Stage> {
  const phones: Phone[] = [];
  const pages: TestPage[] = [];
  let expertUri = '';
  const findRoute = (number: string) => (number === expertNumber ? { uri: expertUri } : null);
  const [given, changes] = parts;
  // No bots, so that nothing is spoken ahead while calls are listened to.
  const line = await openLine({ findRoute, ...given }, { flows: new Map(), ...changes });
  const phone = async (hertz: number, options: PhoneOptions): Promise<Outside> => {
    const made = await createPhone({ hertz, ...options });
    phones.push(made);
    return { hertz, ear: made.sound.ear, phone: made };
  };
  const act: Stage['act'] = (type, rest) => {
    const { conversation, call } = line.arrived();
    // The ids of the call are all that the effects of one call have in common.
    return line.voice.perform({ type, conversation, call, ...rest } as unknown as CallEffect);
  };
  return {
    line,
    agent: async (name) => {
      const hello = { type: 'hello', role: 'agent', token: `token-${name}` } as const;
      const page = await TestPage.open(line.origin, hello, { hertz: pitches[name] });
      pages.push(page);
      // On a machine that is busy with other things the first try to connect may be in vain.
      await until(() => page.ready, 40_000);
      return { hertz: pitches[name], ear: page.ear, page };
    },
    caller: async (options = {}) => {
      const caller = await phone(pitches.caller, options);
      await caller.phone.dial(`sip:${numbers.straight}@${line.host}:${line.port}`, { from: '+4570123456' });
      return caller;
    },
    expert: async (options = {}) => {
      const expert = await phone(pitches.expert, options);
      expertUri = expert.phone.uri;
      return expert;
    },
    act,
    arrange: (plan) =>
      act('Arrange', {
        room: { caller: { held: false }, parties: [], alone: 'wait', recording: null, ...plan },
      }),
    clear: async () => {
      for (const one of phones.splice(0)) {
        if (one.state === 'talking') await one.hangUp();
        await one.close();
      }
      for (const page of pages.splice(0)) await page.close();
      await until(() => line.voice.legs() === 0);
      line.engine.events.length = 0;
    },
    close: () => line.close(),
  };
}
