import { Button } from '@fluentui/react-components';
import { CallRegular } from '@fluentui/react-icons/lib/atoms/svg/call';
import { CallInboundRegular } from '@fluentui/react-icons/lib/atoms/svg/call-inbound';
import { DismissRegular } from '@fluentui/react-icons/lib/atoms/svg/dismiss';
import { useQuery } from '@tanstack/react-query';
import { conversationQuery, engagementQuery } from '../conversation/queries.ts';
import { useServerNow } from '../kit/clock.ts';
import { Elapsed } from '../kit/elapsed.tsx';
import { formatDuration } from '../kit/format.ts';
import page from '../kit/page.module.css';
import styles from './offers.module.css';
import type { Offer } from './offers.ts';

/** An incoming call: who, which queue, how long they wait, how long the offer stands. It does not take the focus: an
 *  agent may be typing to another customer (ui.md §11). */
export function OfferCard({
  offer,
  onAnswer,
}: {
  readonly offer: Offer;
  readonly onAnswer: (answer: 'accept' | 'reject') => void;
}) {
  const conversation = useQuery(conversationQuery(offer.conversation)).data;
  const engagement = useQuery(engagementQuery(offer.conversation)).data;
  const number = engagement?.from ?? null;
  const name = conversation?.customer?.name ?? null;
  const waitingSince = conversation?.waitStartedOn ?? conversation?.createdOn ?? null;
  const title = `offer-${offer.id}`;
  return (
    <section
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={`${title}-facts`}
      className={styles.card}
    >
      <Countdown offer={offer} />
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <CallInboundRegular />
        </span>
        <div className={styles.who}>
          <h2 id={title}>Incoming voice call</h2>
          <span>{name ?? number ?? 'Number withheld'}</span>
          {name !== null && number !== null && <span className={page.quiet}>{number}</span>}
          {name === null && <span className={page.quiet}>not identified</span>}
        </div>
      </div>
      <dl id={`${title}-facts`} className={page.facts}>
        <dt>Queue</dt>
        <dd>{conversation?.queue?.name ?? '…'}</dd>
        <dt>Waiting</dt>
        <dd>{waitingSince === null ? '…' : <Elapsed since={waitingSince} name="Waiting" />}</dd>
      </dl>
      {offer.refusal !== null && (
        <p role="alert" className={styles.refusal}>
          {offer.refusal}
        </p>
      )}
      <div className={styles.answers}>
        <Button
          className={styles.accept}
          appearance="primary"
          icon={<CallRegular />}
          disabled={offer.answering !== null}
          onClick={() => onAnswer('accept')}
        >
          Accept
        </Button>
        <Button
          icon={<DismissRegular />}
          disabled={offer.answering !== null}
          onClick={() => onAnswer('reject')}
        >
          Reject
        </Button>
      </div>
    </section>
  );
}

/** The bar and the time left, by the server's instants. At zero nothing is decided here: the server's word follows. */
function Countdown({ offer }: { readonly offer: Offer }) {
  const now = useServerNow(250);
  const leftMs = Math.max(0, offer.expiresAt - now);
  const share = leftMs / Math.max(1, offer.expiresAt - offer.offeredAt);
  return (
    <>
      <div className={styles.bar} aria-hidden>
        <span style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
      <span role="timer" aria-label="Time left" className={styles.left}>
        {leftMs === 0 ? 'time is up' : formatDuration(leftMs + 999)}
      </span>
    </>
  );
}
