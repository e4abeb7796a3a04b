import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { serverNow } from '../kit/clock.ts';
import { useStore } from '../kit/use-store.ts';
import { useLive } from '../shell/live-context.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { isInCall } from '../softphone/phone-state.ts';
import { createBell } from '../softphone/ring.ts';
import { OfferCard } from './offer-card.tsx';
import styles from './offers.module.css';
import type { Offer } from './offers.ts';

const shownAtMost = 3;
const spokenAt = [30, 10, 5];

/** The offers of the moment over everything, oldest on top, at most three; rings, and flashes the page's title. */
export function OfferStack() {
  const { live } = useLive();
  const { open } = useStore(live.offers);
  const navigate = useNavigate();
  const answer = async (offer: Offer | undefined, how: 'accept' | 'reject') => {
    if (offer === undefined) return;
    // Inside the click: browsers let a page make sound only then.
    if (how === 'accept') live.phone.unsilence();
    const isTaken = await live.answer(offer.id, how);
    if (isTaken && how === 'accept') {
      await navigate({ to: '/workspace/s/$sessionId', params: { sessionId: offer.conversation } });
    }
  };
  const oldest = open[0];
  useShortcuts({
    a: () => answer(oldest, 'accept').catch(reportError),
    x: () => answer(oldest, 'reject').catch(reportError),
  });
  const { call } = useStore(live.phone.state);
  useRinging(open.some(({ answering }) => answering === null) && !isInCall(call), open.length);
  return (
    <>
      <output className={styles.spoken} aria-live="assertive">
        <Spoken offer={oldest} />
      </output>
      <div className={styles.stack}>
        {open.slice(0, shownAtMost).map((offer) => (
          <OfferCard key={offer.id} offer={offer} onAnswer={(how) => answer(offer, how).catch(reportError)} />
        ))}
        {open.length > shownAtMost && (
          <p className={styles.more}>{`${open.length - shownAtMost} more waiting`}</p>
        )}
      </div>
    </>
  );
}

/** Said once when the offer comes, then at 30, 10 and 5 seconds, not each second (ui.md §11). */
function Spoken({ offer }: { readonly offer: Offer | undefined }) {
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null);
  useEffect(() => {
    setSecondsLeft(null);
    if (offer === undefined) return;
    const timers = spokenAt.map((seconds) =>
      setTimeout(() => setSecondsLeft(seconds), Math.max(0, offer.expiresAt - serverNow() - seconds * 1000)),
    );
    return () => timers.forEach(clearTimeout);
  }, [offer]);
  if (offer === undefined) return null;
  return (
    <>
      {secondsLeft === null
        ? 'Incoming voice call. Alt A accepts, Alt X rejects.'
        : `${secondsLeft} seconds left`}
    </>
  );
}

const title = 'Wirechief';

function useRinging(isRinging: boolean, count: number): void {
  const [bell] = useState(createBell);
  useEffect(() => {
    if (!isRinging) return;
    bell.ring();
    return bell.silence;
  }, [bell, isRinging]);
  useEffect(() => {
    if (count === 0) return;
    let isOn = true;
    const flash = () => {
      document.title = isOn ? `☎ Incoming call · ${title}` : title;
      isOn = !isOn;
    };
    flash();
    const timer = setInterval(flash, 1000);
    return () => {
      clearInterval(timer);
      document.title = title;
    };
  }, [count]);
}
