/** The device check: once per browser, before the agent's phone connects. Source: ui.md §4.2. */
import { Button } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useStore } from '../kit/use-store.ts';
import {
  type MicrophoneState,
  microphoneState,
  microphoneStream,
  openMicrophone,
  passDeviceCheck,
  stateOfError,
} from '../softphone/microphone.ts';
import styles from './device-check.module.css';
import { LevelMeter } from './level-meter.tsx';

const advice: { readonly [state in Exclude<MicrophoneState, 'granted' | 'prompt'>]: string } = {
  denied:
    'The microphone is blocked for this page. Press the icon to the left of the address, allow the microphone, then try again.',
  missing: 'No microphone was found. Plug in a headset, then try again.',
  insecure:
    'A browser gives a microphone only to localhost and to HTTPS pages. Open Wirechief at one of those addresses.',
  failed:
    'The microphone is there but does not start. Another program may hold it: close that one, then try again.',
};

/** Explains, asks, shows that the microphone hears. `onDone`: passed. `onSkip`: work without a phone. */
export function DeviceCheck({
  onDone,
  onSkip,
}: {
  readonly onDone: () => void;
  readonly onSkip: () => void;
}) {
  const stream = useStore(microphoneStream);
  const [state, setState] = useState<MicrophoneState>('prompt');
  useEffect(() => {
    const look = () => void microphoneState().then(setState);
    look();
    navigator.mediaDevices?.addEventListener('devicechange', look);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', look);
  }, []);
  const ask = () => {
    openMicrophone().then(
      () => setState('granted'),
      (error: unknown) => setState(stateOfError(error)),
    );
  };
  const finish = () => {
    passDeviceCheck();
    onDone();
  };
  return (
    <section className={styles.page} aria-labelledby="device-check-title">
      <div className={styles.card}>
        <h1 id="device-check-title" className={styles.title}>
          Check your headset
        </h1>
        {stream === null ? (
          <>
            <p>Calls come through this page, so it needs your microphone. Your browser will ask you once.</p>
            {state !== 'prompt' && state !== 'granted' && (
              <p role="alert" className={styles.problem}>
                {advice[state]}
              </p>
            )}
            <Button appearance="primary" size="large" disabled={state === 'insecure'} onClick={ask}>
              Allow microphone
            </Button>
          </>
        ) : (
          <>
            <p>Say something: the bar moves when the microphone hears you.</p>
            <LevelMeter stream={stream} />
            <p className={styles.device}>{stream.getAudioTracks()[0]?.label || 'Microphone'}</p>
            <Button appearance="primary" size="large" onClick={finish}>
              Continue
            </Button>
          </>
        )}
        <Button appearance="transparent" onClick={onSkip}>
          Work without a phone
        </Button>
      </div>
    </section>
  );
}
