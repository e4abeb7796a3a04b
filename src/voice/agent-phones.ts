/** The agents' softphones: which page has whose phone, and what it shows. Outlives the page, so that a reloaded page
 *  comes back to the same call. Source: voice.md §3.6, §5. */
import type { Guid } from '../tables/index.ts';
import type { SoftphoneCall } from '../tables/softphone.ts';
import type { Page } from './page.ts';
import type { Tell } from './tell.ts';

type Agent = Guid<'systemuser'>;

/** One agent's phone. `page`: the one whose sound is up, or else was last; `coming`: pages that signed in and are not
 *  up yet. */
interface Phone {
  page: Page | null;
  readonly coming: Set<Page>;
  call: SoftphoneCall;
}

const idle: SoftphoneCall = { state: 'idle' };

/** Every agent's phone. */
export class AgentPhones {
  /** The agent's sound came up, also after a change of page; and went away. */
  onUp: (agent: Agent) => void = () => {};
  onDown: (agent: Agent) => void = () => {};
  readonly #phones = new Map<Agent, Phone>();
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Takes in a page that signed in as this agent. It takes the phone over when its sound is up; until then an earlier
   *  page keeps it, so that a call does not fall silent while a second tab asks for the microphone. */
  join(agent: Agent, page: Page): void {
    const phone = this.#phones.get(agent) ?? { page: null, coming: new Set<Page>(), call: idle };
    this.#phones.set(agent, phone);
    phone.coming.add(page);
    if (phone.call.state === 'ended') phone.call = idle;
    page.send({ type: 'call', call: phone.call });
    page.sound.onUp = () => this.#up(agent, phone, page);
    page.sound.onDown = () => this.#down(agent, phone, page);
    page.sound.open();
  }

  /** The agent is at another server with a page of theirs: those here are closed. */
  replace(agent: Agent): void {
    const phone = this.#phones.get(agent);
    if (phone === undefined) return;
    for (const page of [phone.page, ...phone.coming]) page?.replace();
  }

  /** The page's connection is gone. */
  leave(agent: Agent, page: Page): void {
    const phone = this.#phones.get(agent);
    if (phone === undefined) return;
    phone.coming.delete(page);
    if (phone.page === page) {
      phone.page = null;
      this.#lost(agent);
    }
    this.#forgetIfIdle(agent, phone);
  }

  /** The media leg to join to a call, or null when the agent has no page with sound. */
  legOf(agent: Agent): string | null {
    return this.#phones.get(agent)?.page?.sound.leg ?? null;
  }

  /** What the agent's phone shows. */
  callOf(agent: Agent): SoftphoneCall {
    return this.#phones.get(agent)?.call ?? idle;
  }

  /** Shows the agent the state of its call, on every page it has. An agent without a phone is passed over. */
  show(agent: Agent, call: SoftphoneCall): void {
    const phone = this.#phones.get(agent);
    if (phone === undefined) return;
    const over = call.state === 'idle' || call.state === 'ended';
    if (over && phone.call.muted) phone.page?.sound.mute(false);
    phone.call = call;
    for (const page of phone.page === null ? phone.coming : [phone.page, ...phone.coming])
      page.send({ type: 'call', call });
    this.#forgetIfIdle(agent, phone);
  }

  /** Mutes or unmutes the agent in its call. False when it is in none. */
  mute(agent: Agent, muted: boolean): boolean {
    const phone = this.#phones.get(agent);
    if (phone === undefined || !inCall(phone.call)) return false;
    phone.page?.sound.mute(muted);
    this.show(agent, { ...phone.call, muted });
    return true;
  }

  #up(agent: Agent, phone: Phone, page: Page): void {
    phone.coming.delete(page);
    const before = phone.page;
    phone.page = page;
    if (phone.call.muted) page.sound.mute(true);
    if (before !== null && before !== page) before.replace();
    void this.#tell({ type: 'AgentConnected', agent });
    this.onUp(agent);
  }

  /** The page's sound failed; the page itself is there and gets a new offer. */
  #down(agent: Agent, phone: Phone, page: Page): void {
    if (phone.page !== page) return;
    phone.page = null;
    phone.coming.add(page);
    this.#lost(agent);
  }

  #lost(agent: Agent): void {
    void this.#tell({ type: 'AgentLost', agent });
    this.onDown(agent);
  }

  #forgetIfIdle(agent: Agent, phone: Phone): void {
    if (phone.page === null && phone.coming.size === 0 && !inCall(phone.call)) this.#phones.delete(agent);
  }
}

const inCall = (call: SoftphoneCall): boolean => call.state === 'connected' || call.state === 'held';
