/** The journey of a conversation: who had it when, as lanes over a time axis and as one card per session. Pure.
 *  Source: ui.md §3 "Journey", behaviour.md §2. */

import type { Participant, SessionRow } from '../conversation/rows.ts';
import { formatSpan } from '../kit/format.ts';

/** What a bar stands for. */
export type BarKind = 'bot' | 'session' | 'waiting' | 'agent' | 'declined';

/** A stretch of time in a lane. Instants: milliseconds since 1970. `isLive`: it has no end yet; `to` is now. */
export interface Bar {
  readonly key: string;
  readonly kind: BarKind;
  readonly from: number;
  readonly to: number;
  readonly isLive: boolean;
  readonly label: string;
}

/** One who had the conversation: a bot, a queue or an agent. */
export interface Lane {
  readonly key: string;
  readonly title: string;
  readonly role: string;
  readonly bars: readonly Bar[];
}

/** Something that happened in a session. */
export interface JourneyEvent {
  readonly at: Date;
  readonly text: string;
  readonly reason: string | null;
}

/** A session, told in words. */
export interface JourneyCard {
  readonly number: number;
  readonly session: SessionRow;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly events: readonly JourneyEvent[];
}

/** The whole journey. `ticks`: where the axis is labelled, milliseconds since 1970. */
export interface Journey {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly lanes: readonly Lane[];
  readonly cards: readonly JourneyCard[];
  readonly isLive: boolean;
}

/** Builds the journey from the sessions, oldest first. `isClosed`: the conversation is over, so nothing is live. */
export function buildJourney(sessions: readonly SessionRow[], now: number, isClosed: boolean): Journey {
  const lanes = new Map<string, Lane>();
  const add = (key: string, title: string, role: string, bar: Bar) => {
    const lane = lanes.get(key) ?? { key, title, role, bars: [] };
    lanes.set(key, { ...lane, bars: [...lane.bars, bar] });
  };
  sessions.forEach((session, index) => {
    for (const [lane, bar] of barsOf(session, index + 1, now, isClosed))
      add(lane.key, lane.title, lane.role, bar);
  });
  const bars = [...lanes.values()].flatMap((lane) => lane.bars);
  const from = Math.min(...bars.map((bar) => bar.from));
  const to = Math.max(...bars.map((bar) => bar.to), from + 1000);
  const hasBars = bars.length > 0;
  return {
    from: hasBars ? from : now,
    to: hasBars ? to : now,
    ticks: hasBars ? ticksBetween(from, to) : [],
    lanes: [...lanes.values()],
    cards: sessions.map((session, index) => cardOf(session, index + 1)),
    isLive: bars.some((bar) => bar.isLive),
  };
}

type Placed = readonly [{ readonly key: string; readonly title: string; readonly role: string }, Bar];

function barsOf(session: SessionRow, number: number, now: number, isClosed: boolean): Placed[] {
  const start = session.createdOn?.getTime();
  if (start === undefined) return [];
  const end = session.closedOn?.getTime() ?? (isClosed ? start : now);
  const isOpen = session.closedOn === null && !isClosed;
  const bot = session.participants.find((participant) => participant.isBot);
  const human = session.participants.find(
    (participant) => !participant.isBot && participant.joinedOn !== null,
  );
  const placed: Placed[] = [];
  if (bot !== undefined) {
    const from = bot.joinedOn?.getTime() ?? start;
    const bar = {
      key: bot.id,
      kind: 'bot',
      from,
      to: end,
      isLive: isOpen,
      label: `IVR · ${lasting(end - from, isOpen)}`,
    } as const;
    placed.push([{ key: `bot ${bot.agent?.id}`, title: bot.agent?.name ?? 'Bot', role: 'Bot' }, bar]);
  }
  const queueEnd = bot !== undefined ? end : (human?.joinedOn?.getTime() ?? end);
  const isWaiting = isOpen && bot === undefined && human === undefined;
  const isQueueLive = bot !== undefined ? isOpen : isWaiting;
  const queueText = bot !== undefined ? `Session ${number}` : 'Waiting';
  placed.push([
    { key: `queue ${session.queue?.id}`, title: session.queue?.name ?? 'No queue', role: 'Queue' },
    {
      key: session.id,
      kind: bot !== undefined ? 'session' : 'waiting',
      from: start,
      to: queueEnd,
      isLive: isQueueLive,
      label: `${queueText} · ${lasting(queueEnd - start, isQueueLive)}`,
    },
  ]);
  for (const participant of session.participants) {
    const bar = participant.isBot ? null : agentBar(participant, session, number, now, isClosed);
    const lane = {
      key: `agent ${participant.agent?.id}`,
      title: participant.agent?.name ?? 'Agent',
      role: 'Agent',
    };
    if (bar !== null) placed.push([lane, bar]);
  }
  return placed;
}

/** An agent's bar covers talk and hold, not the wrap-up after it, which may last a day and would squeeze the rest. */
function agentBar(
  participant: Participant,
  session: SessionRow,
  number: number,
  now: number,
  isClosed: boolean,
): Bar | null {
  const { id, joinedOn, addedOn, leftOn, talkSeconds, holdSeconds, talkStartedOn, holdStartedOn } =
    participant;
  if (joinedOn === null) {
    if (addedOn === null || (leftOn === null && session.closedOn === null)) return null;
    const to = (leftOn ?? session.closedOn ?? addedOn).getTime();
    return {
      key: id,
      kind: 'declined',
      from: addedOn.getTime(),
      to,
      isLive: false,
      label: declineText(participant, session),
    };
  }
  const from = joinedOn.getTime();
  const running = talkStartedOn ?? holdStartedOn;
  const isLive = running !== null && !isClosed && leftOn === null;
  const runMs = isLive ? Math.max(0, now - running.getTime()) : 0;
  const talkMs = talkSeconds * 1000 + (isLive && talkStartedOn !== null ? runMs : 0);
  const to = isLive ? now : from + (talkSeconds + holdSeconds) * 1000;
  const isOnHold = isLive && talkStartedOn === null;
  const doing = isOnHold ? 'on hold, talked' : isLive ? 'talking' : 'talked';
  return {
    key: id,
    kind: 'agent',
    from,
    to,
    isLive,
    label: `Session ${number} · ${doing} ${lasting(talkMs, isLive)}`,
  };
}

function lasting(durationMs: number, isLive: boolean): string {
  return isLive ? `${formatSpan(durationMs)} (live)` : formatSpan(durationMs);
}

function declineText(participant: Participant, session: SessionRow): string {
  const reason = participant.leftReason ?? session.closureLabel ?? '';
  if (/timeout/i.test(reason)) return 'Did not answer';
  return /reject/i.test(reason) ? 'Rejected' : 'Not taken';
}

function cardOf(session: SessionRow, number: number): JourneyCard {
  const events: JourneyEvent[] = [];
  for (const participant of session.participants) {
    const name = participant.agent?.name ?? (participant.isBot ? 'Bot' : 'Agent');
    if (participant.joinedOn !== null) {
      const text = `Primary agent assigned (${name} accepted)`;
      events.push({ at: participant.joinedOn, text, reason: participant.assignReason });
    } else if (participant.addedOn !== null) {
      events.push({ at: participant.addedOn, text: `Offered to ${name}`, reason: participant.assignReason });
    }
    // Leaving with the session is told by the session's own end.
    if (participant.leftOn !== null && !isSameSecond(participant.leftOn, session.closedOn)) {
      const text =
        participant.joinedOn === null ? `${name}: ${declineText(participant, session)}` : `${name} left`;
      events.push({ at: participant.leftOn, text, reason: participant.leftReason });
    }
  }
  if (session.closedOn !== null) {
    events.push({ at: session.closedOn, text: closingText(session), reason: session.closureLabel });
  }
  return {
    number,
    session,
    from: session.createdOn,
    to: session.closedOn,
    events: events.toSorted((a, b) => b.at.getTime() - a.at.getTime()),
  };
}

function isSameSecond(a: Date, b: Date | null): boolean {
  return b !== null && Math.abs(a.getTime() - b.getTime()) < 1000;
}

/** "BotTransferToAgent" → "Bot transfer to agent". */
function closingText({ closureLabel }: SessionRow): string {
  if (closureLabel === null) return 'Session closed';
  const words = closureLabel.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const stepsSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 43_200, 86_400];
const mostTicks = 8;

/** Round instants between two, at most eight. Unit: milliseconds since 1970. */
export function ticksBetween(from: number, to: number): readonly number[] {
  const spanSeconds = (to - from) / 1000;
  const lastStep = stepsSeconds.at(-1) ?? 86_400;
  const stepSeconds =
    stepsSeconds.find((step) => spanSeconds / step <= mostTicks - 1) ??
    lastStep * Math.ceil(spanSeconds / (mostTicks - 1) / lastStep);
  const stepMs = stepSeconds * 1000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / stepMs) * stepMs; tick <= to; tick += stepMs) ticks.push(tick);
  return ticks;
}
