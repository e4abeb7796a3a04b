import { Admissions } from './admission.ts';
import { Agent } from './agent.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Core, DialogParty } from './core.ts';
import { type Hop, ownAddress } from './hop.ts';
import { limitedLog } from './limited-log.ts';
import { Outgoing } from './outgoing.ts';
import type { SipConfig, SipStack } from './sip.ts';
import { Transactions } from './transactions.ts';
import { openTransports, type Transports } from './transport.ts';
import { escapeUser, hostText } from './uri.ts';

const logLinesPerSecond = 50;
/** How long the peers' answers to the last BYEs and CANCELs are waited for when the stack closes. */
const closeMs = 2_000;

class Stack implements SipStack, Core {
  readonly clock: Clock;
  readonly transactions: Transactions;
  readonly log: (line: string) => void;
  readonly #config: SipConfig;
  readonly #admissions: Admissions;
  readonly #agent: Agent;
  readonly #parties = new Map<string, DialogParty>();
  readonly #placed = new Set<Outgoing>();
  #transports: Transports | null = null;

  constructor(config: SipConfig, clock: Clock) {
    this.clock = clock;
    this.#config = config;
    this.log = limitedLog(clock, config.log, logLinesPerSecond);
    this.transactions = new Transactions({
      clock,
      send: (bytes, hop, failed) => this.#transports?.send(bytes, hop, failed),
    });
    this.#admissions = new Admissions(clock, config);
    this.#agent = new Agent(this, this.#admissions, this.#parties);
  }

  async open(): Promise<void> {
    this.#transports = await openTransports(this.#config.port, {
      host: this.#config.host,
      clock: this.clock,
      log: this.log,
      received: (bytes, hop) => this.#agent.receive(bytes, hop),
      broken: (head, hop) => this.#agent.receiveBroken(head, hop),
    });
  }

  get port(): number {
    return this.#transports?.port ?? 0;
  }

  get onInvite(): SipStack['onInvite'] {
    return this.#agent.onInvite;
  }

  set onInvite(handler: SipStack['onInvite']) {
    this.#agent.onInvite = handler;
  }

  dial: SipStack['dial'] = (target, options, handlers) => {
    const { from, sdp, transport = 'udp', credentials, headers = {} } = options;
    const plan = { target, from, sdp, transport, credentials, headers };
    const call = new Outgoing(this, plan, handlers, () => this.#placed.delete(call));
    this.#placed.add(call);
    call.start();
    return call;
  };

  async close(): Promise<void> {
    this.#agent.close();
    for (const call of [...this.#placed]) call.cancel();
    for (const party of [...this.#parties.values()]) party.shutDown();
    const until = performance.now() + closeMs;
    while (this.transactions.waiting > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.transactions.drop();
    await this.#transports?.close();
  }

  isTrunk(address: string): boolean {
    return this.#admissions.isTrunk(address);
  }

  send(bytes: Buffer, hop: Hop): void {
    this.#transports?.send(bytes, hop, (error) =>
      this.log(`sip: to ${hop.address}:${hop.port}: ${error.message}`),
    );
  }

  host(hop: Hop): string {
    return hostText(ownAddress(this.#config, hop.address));
  }

  contact(hop: Hop, user: string | null): string {
    const prefix = user === null || user === '' ? '' : `${escapeUser(user)}@`;
    const transport = hop.transport === 'tcp' ? ';transport=tcp' : '';
    return `<sip:${prefix}${this.host(hop)}:${this.port}${transport}>`;
  }

  via(hop: Hop, branch: string): string {
    return `SIP/2.0/${hop.transport.toUpperCase()} ${this.host(hop)}:${this.port};branch=${branch};rport`;
  }

  enter(key: string, party: DialogParty): void {
    this.#parties.set(key, party);
  }

  leave(key: string): void {
    this.#parties.delete(key);
  }
}

/** Opens UDP and TCP on one port and serves SIP there. Rejects with one clear line when the port cannot be had or a
 *  trunk is no address. Port 0 takes a free one. `clock` is for tests.
 *  Source: voice.md §1. */
export async function startSip(config: SipConfig, clock: Clock = systemClock): Promise<SipStack> {
  const stack = new Stack(config, clock);
  await stack.open();
  return stack;
}
