import { HeadsetRegular } from '@fluentui/react-icons/lib/atoms/svg/headset';
import { useStore } from '../kit/use-store.ts';
import type { PhoneState } from '../softphone/phone-state.ts';
import type { TabPlace } from './live.ts';
import { useLive } from './live-context.tsx';
import styles from './shell.module.css';

type Tone = 'ok' | 'busy' | 'off';

function statusOf(phone: PhoneState, place: TabPlace): readonly [string, Tone] {
  if (place === 'elsewhere') return ['Phone is in another tab', 'off'];
  if (phone.link === 'off' && phone.problem !== null) return [`No phone: ${phone.problem}`, 'off'];
  switch (phone.link) {
    case 'off':
      return ['Phone off', 'off'];
    case 'connecting':
    case 'signalling':
      return ['Phone connecting…', 'busy'];
    case 'lost':
      return ['Phone reconnecting…', 'busy'];
    case 'replaced':
      return ['Phone is in another window', 'off'];
    case 'ready':
      return [phone.roundTripMs === null ? 'Headset ready' : `Headset ready · ${phone.roundTripMs} ms`, 'ok'];
  }
}

/** The phone at the foot of the navigation: ready or not, and how far the server is. */
export function PhoneStatus({ onSetUp }: { readonly onSetUp: () => void }) {
  const { live } = useLive();
  const phone = useStore(live.phone.state);
  const place = useStore(live.place);
  const [words, tone] = statusOf(phone, place);
  return (
    <div className={styles.phone}>
      <HeadsetRegular aria-hidden />
      <span role="status" aria-label="Phone" className={styles.phoneWords}>
        {words}
      </span>
      {phone.link === 'off' && place === 'here' ? (
        <button type="button" className={styles.setUp} onClick={onSetUp}>
          Set up
        </button>
      ) : (
        <span className={styles.dot} data-tone={tone} aria-hidden />
      )}
    </div>
  );
}
