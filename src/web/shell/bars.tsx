/** Bars under the header: what an agent must know before anything else. Source: ui.md §3, §4.8, §8. */
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { presences } from '../../tables/well-known.ts';
import { formatTime } from '../kit/format.ts';
import { useStore } from '../kit/use-store.ts';
import { isInCall } from '../softphone/phone-state.ts';
import { useLive } from './live-context.tsx';
import { statusQuery } from './me-queries.ts';
import { useSetPresence } from './presence-picker.tsx';
import styles from './shell.module.css';

const patienceMs = 3000;

/** All bars that apply now. */
export function Bars() {
  return (
    <>
      <LostBar />
      <PlaceBar />
      <SilencedBar />
      <TroubleBar />
      <InactiveBar />
    </>
  );
}

function LostBar() {
  const { live } = useLive();
  const { state, since } = useStore(live.push);
  const { link, call } = useStore(live.phone.state);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (state !== 'lost') return;
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, [state]);
  if (state !== 'lost' || !isLong) return null;
  return (
    <div role="status" className={styles.amber}>
      {`Connection lost, reconnecting. What you see is as of ${formatTime(new Date(since))}.`}
      {link === 'ready' && isInCall(call) && ' Your call goes on.'}
    </div>
  );
}

function PlaceBar() {
  const { live } = useLive();
  const place = useStore(live.place);
  const { link } = useStore(live.phone.state);
  if (place !== 'elsewhere' && link !== 'replaced') return null;
  const take = () => {
    if (place === 'elsewhere') live.takeOver();
    else live.phone.stop();
    live.connectPhone();
  };
  return (
    <div role="status" className={styles.amber}>
      Your phone is in another tab or window.
      <Button size="small" onClick={take}>
        Use here
      </Button>
    </div>
  );
}

function SilencedBar() {
  const { live } = useLive();
  if (!useStore(live.phone.state).isSilenced) return null;
  return (
    <div role="alert" className={styles.amber}>
      Your browser keeps this page silent until you press a button.
      <Button size="small" onClick={live.phone.unsilence}>
        Turn sound on
      </Button>
    </div>
  );
}

function TroubleBar() {
  const { live } = useLive();
  const { problem, link } = useStore(live.phone.state);
  if (problem === null || link === 'off') return null;
  return (
    <div role="alert" className={styles.amber}>
      {`Phone: ${problem}`}
    </div>
  );
}

/** A missed call makes the agent Inactive, so that work goes elsewhere: one press and they are back (behaviour.md
 *  §4.7). */
function InactiveBar() {
  const { me } = useLive();
  const status = useQuery(statusQuery(me.id)).data;
  const change = useSetPresence();
  if (status?.presence !== presences.inactive) return null;
  return (
    <div role="status" className={styles.amber}>
      You missed a call, so you are Inactive and no work reaches you.
      <Button size="small" disabled={change.isPending} onClick={() => change.mutate(presences.available)}>
        I’m back
      </Button>
    </div>
  );
}
