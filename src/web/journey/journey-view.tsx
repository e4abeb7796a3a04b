import { useQuery } from '@tanstack/react-query';
import { sessionsOf } from '../conversation/queries.ts';
import { type Conversation, status } from '../conversation/rows.ts';
import { useServerNow } from '../kit/clock.ts';
import { formatDate, formatDateTime, formatDuration, formatSpan, formatTime } from '../kit/format.ts';
import { IdChip } from '../kit/id-chip.tsx';
import page from '../kit/page.module.css';
import { Empty, Loaded } from '../kit/states.tsx';
import styles from './journey.module.css';
import { type Bar, buildJourney, type Journey, type JourneyCard } from './journey.ts';

/** The journey of a conversation: lanes over time, then a card per session. */
export function JourneyView({ conversation }: { readonly conversation: Conversation }) {
  const sessions = useQuery(sessionsOf(conversation.id));
  const isClosed = conversation.status === status.closed;
  const now = useServerNow(1000, !isClosed);
  return (
    <Loaded query={sessions} what="the journey">
      {(rows) => {
        if (rows.length === 0) return <Empty>No session yet: the call has not reached a queue.</Empty>;
        const journey = buildJourney(rows, now, isClosed);
        return (
          <div className={styles.journey}>
            <Lanes journey={journey} conversation={conversation} />
            <div className={styles.cards}>
              {journey.cards.map((card) => (
                <SessionCard key={card.session.id} card={card} now={now} isClosed={isClosed} />
              ))}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

function Lanes({
  journey,
  conversation,
}: {
  readonly journey: Journey;
  readonly conversation: Conversation;
}) {
  const span = Math.max(1, journey.to - journey.from);
  const percent = (instant: number) => `${((instant - journey.from) / span) * 100}%`;
  const end = journey.isLive ? 'now' : formatTime(new Date(journey.to));
  const count = journey.cards.length;
  return (
    <section className={page.card} aria-label="Journey">
      <div className={styles.head}>
        <h2>Journey</h2>
        <span>
          Conversation <IdChip id={conversation.id} isWhole />
        </span>
        <span className={styles.span}>
          {formatDate(new Date(journey.from))} · {formatTime(new Date(journey.from))} – {end} · {count}{' '}
          {count === 1 ? 'session' : 'sessions'}
        </span>
      </div>
      <div className={styles.axis} aria-hidden>
        {journey.ticks.map((tick) => (
          <span key={tick} className={styles.tick} style={{ insetInlineStart: percent(tick) }}>
            {formatTime(new Date(tick))}
          </span>
        ))}
      </div>
      <ul>
        {journey.lanes.map((lane) => (
          <li key={lane.key} className={styles.lane}>
            <span>
              <strong>{lane.title}</strong>
              <span className={styles.role}>{lane.role}</span>
            </span>
            <span className={styles.track}>
              {lane.bars.map((bar) => (
                <BarView
                  key={bar.key}
                  bar={bar}
                  start={percent(bar.from)}
                  width={((bar.to - bar.from) / span) * 100}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A bar too short for its words has them beside it, to the left when it stands at the right end. */
function BarView({
  bar,
  start,
  width,
}: {
  readonly bar: Bar;
  readonly start: string;
  readonly width: number;
}) {
  const isNarrow = width < bar.label.length * 1.15 + 3;
  const isAtEnd = Number.parseFloat(start) > 65;
  const times = `${formatTime(new Date(bar.from))} – ${bar.isLive ? 'now' : formatTime(new Date(bar.to))}`;
  return (
    <span
      className={styles.bar}
      data-kind={bar.kind}
      data-outside={isNarrow ? (isAtEnd ? 'before' : 'after') : undefined}
      style={{ insetInlineStart: start, width: `${width}%` }}
      title={`${bar.label}, ${times}`}
    >
      <span className={styles.label}>{bar.label}</span>
    </span>
  );
}

/** The time alone, with its date when that is another day than the beginning's. */
function endOf(from: Date | null, to: Date): string {
  return from !== null && formatDate(from) === formatDate(to) ? formatTime(to) : formatDateTime(to);
}

function SessionCard({
  card,
  now,
  isClosed,
}: {
  readonly card: JourneyCard;
  readonly now: number;
  readonly isClosed: boolean;
}) {
  const { session, from, to, number } = card;
  const isLive = to === null && !isClosed;
  const primary = session.participants.find((entry) => !entry.isBot && entry.joinedOn !== null);
  const running = primary?.talkStartedOn ?? null;
  const runMs = running === null || isClosed ? 0 : now - running.getTime();
  return (
    <article className={styles.session} aria-label={`Session ${number}`}>
      <header className={styles.sessionHead}>
        <h3>Session {number}</h3>
        <span className={page.number}>
          {from === null ? '' : formatTime(from)} –{' '}
          {to === null ? (isLive ? 'now' : 'not closed') : endOf(from, to)}
        </span>
        {from !== null && to !== null && (
          <span className={page.quiet}>{formatSpan(to.getTime() - from.getTime())}</span>
        )}
        <span className={styles.closure}>
          {session.closureLabel ?? (isLive ? 'Open' : 'No closure reason')}
        </span>
      </header>
      <dl className={page.facts}>
        <dt>Session</dt>
        <dd>
          <IdChip id={session.id} isWhole />
        </dd>
        <dt>Queue</dt>
        <dd>{session.queue?.name ?? 'None'}</dd>
        {primary !== undefined && (
          <>
            <dt>Talk time</dt>
            <dd>
              <span className={page.number}>{formatDuration(primary.talkSeconds * 1000 + runMs)}</span> ·
              participant <IdChip id={primary.id} />
            </dd>
          </>
        )}
      </dl>
      <ul className={styles.events}>
        {card.events.map((event) => (
          <li key={`${event.at.getTime()} ${event.text}`}>
            <span className={page.number}>{endOf(from, event.at)}</span>
            <span>{event.text}</span>
            {event.reason !== null && <span className={styles.reason}>{event.reason}</span>}
          </li>
        ))}
      </ul>
    </article>
  );
}
