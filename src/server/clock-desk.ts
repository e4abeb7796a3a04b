/** The clock of a server in development, as it is read and moved from outside (mission.md B4). Everything that is stamped,
 *  due, open or over follows it; tokens, TLS, time-outs of requests, sound and the timers of SIP do not. */
import type { Engine } from '../conversation/index.ts';
import type { ClockMove, Store } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import type { ClockOrder } from './clock-order.ts';
import type { SignIn } from './oauth/sign-in.ts';
import { within } from './within.ts';

/** How the clock is, as JSON. Instants are ISO; `factor` 0: it stands; `isReal`: nobody has moved it. After an order:
 *  `fired`, the timers that fired on the way; `reached`: false when more were left than there was time for; `note`: what
 *  the order means for what is there. */
export interface ClockState extends Partial<ClockMove> {
  readonly now: string;
  readonly realNow: string;
  readonly factor: number;
  readonly isReal: boolean;
  readonly nextTimerOn: string | null;
  readonly note?: string;
}

/** The clock of a server. Both refuse developmentOnly. */
export interface ClockDesk {
  read(): Promise<ClockState>;
  /** One order after the other. */
  perform(order: ClockOrder): Promise<ClockState>;
}

/** What it is made of. */
export interface ClockDeskParts {
  readonly store: Pick<Store, 'clock'>;
  readonly engine: Pick<Engine, 'idle'>;
  readonly signIn: SignIn;
}

/** How long what follows from a timer is waited for, before the clock goes on to the next. */
const settleMs = 2_000;

/** Makes it. */
export function createClockDesk({ store: { clock }, engine, signIn }: ClockDeskParts): ClockDesk {
  let last: Promise<unknown> = Promise.resolve();
  const settle = (): Promise<void> =>
    within(settleMs, 'what follows from a timer', engine.idle()).catch(() => undefined);

  const state = async (): Promise<ClockState> => {
    const setting = clock.setting();
    const next = await clock.nextTimerOn();
    return {
      now: clock.now().toISOString(),
      realNow: new Date().toISOString(),
      factor: setting?.factor ?? 1,
      isReal: setting === null,
      nextTimerOn: next?.toISOString() ?? null,
    };
  };
  const carryOut = async (order: ClockOrder): Promise<ClockMove | null> => {
    switch (order.kind) {
      case 'set':
      case 'factor':
      case 'real':
        await clock.change(order);
        return null;
      case 'next':
        return clock.moveOn(null, { settle });
      case 'advance': {
        const to = new Date(clock.now().getTime() + order.byMs);
        if (Number.isNaN(to.getTime()) || to.getUTCFullYear() > 9999)
          throw new Refusal('invalidArgument', 'advance leads beyond the year 9999.');
        return clock.moveOn(to, { settle });
      }
    }
  };
  const refuseElsewhere = (): void => {
    if (signIn.kind !== 'development') throw new Refusal('developmentOnly', whyNot(signIn));
  };

  return {
    async read() {
      refuseElsewhere();
      return state();
    },
    async perform(order) {
      refuseElsewhere();
      const mine = last.then(async () => {
        const before = clock.now();
        const move = await carryOut(order);
        const note = noteOn(before, clock.now());
        return { ...(await state()), ...move, ...(note === null ? {} : { note }) };
      });
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function whyNot(signIn: Exclude<SignIn, { readonly kind: 'development' }>): string {
  return signIn.kind === 'off'
    ? 'WIRECHIEF_DEV_SIGNIN is off here.'
    : `this server has an issuer of its own (WIRECHIEF_OIDC_ISSUER is ${signIn.external.issuer}).`;
}

function noteOn(before: Date, now: Date): string | null {
  if (now >= before) return null;
  return `The clock went back from ${before.toISOString()}. Rows keep the times they were written at, timers the instants they are due at; a conversation is stamped no earlier than its last change, so its own time stands until the clock is past it.`;
}

/** Why a server that is not in development must not run on the clock of this database; null when it may. */
export function whyNotOnThisClock({ store, signIn }: Omit<ClockDeskParts, 'engine'>): string | null {
  if (signIn.kind === 'development' || store.clock.setting() === null) return null;
  return `The clock of this database was moved: it shows ${store.clock.now().toISOString()}. Start once in development (WIRECHIEF_DEV_SIGNIN=on) and run "npm run clock -- real", or use another database.`;
}
