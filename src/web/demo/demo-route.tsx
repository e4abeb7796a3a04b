/** The caller's page: no sign-in, one button. Source: ui.md §7, product.md "The main job". */
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { CallRegular } from '@fluentui/react-icons/lib/atoms/svg/call';
import { CallEndRegular } from '@fluentui/react-icons/lib/atoms/svg/call-end';
import { useState } from 'react';
import { Elapsed } from '../kit/elapsed.tsx';
import { Keypad } from '../kit/keypad.tsx';
import page from '../kit/page.module.css';
import { isInCall, isLive } from '../softphone/phone-state.ts';
import { CallRows } from './call-rows.tsx';
import { callWords, numbers } from './call-words.ts';
import styles from './demo.module.css';
import { type CallerPhone, useCallerPhone } from './use-caller-phone.ts';

const frontDesk = '+4570000001';

/** The page at /demo. */
export function DemoRoute() {
  const caller = useCallerPhone();
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <span className={styles.product}>Wirechief</span>
        <span>Caller’s page</span>
        <a href="/">Agent workspace</a>
      </header>
      <main className={styles.main}>
        <PhoneCard caller={caller} />
        <CallRows conversation={caller.state.call.conversation ?? null} />
      </main>
    </div>
  );
}

function PhoneCard({ caller }: { readonly caller: CallerPhone }) {
  const { state, phone, doing } = caller;
  const [from, setFrom] = useState('+4520000001');
  const [number, setNumber] = useState(frontDesk);
  const isBusy = doing === 'calling' || isLive(state.call);
  const dial = (to: string) => caller.call(to, from.trim() === '' ? undefined : from.trim());
  return (
    <section className={styles.phone} aria-labelledby="phone-title">
      <h1 id="phone-title" className={page.title}>
        Call us
      </h1>
      <p className={styles.state} data-live={isInCall(state.call)}>
        <span role="status" aria-label="Call state">
          {callWords(state, doing)}
        </span>
        {isInCall(state.call) && state.call.since !== undefined && (
          <Elapsed since={new Date(state.call.since)} name="Time in state" />
        )}
      </p>
      {isBusy ? (
        <Button className={styles.hangUp} size="large" icon={<CallEndRegular />} onClick={caller.hangUp}>
          Hang up
        </Button>
      ) : (
        <Button
          className={styles.call}
          appearance="primary"
          size="large"
          icon={<CallRegular />}
          onClick={() => dial(frontDesk)}
        >
          Call the front desk
        </Button>
      )}
      {state.isSilenced && (
        <Button size="small" onClick={phone.unsilence}>
          Turn sound on
        </Button>
      )}
      <Keypad onKey={phone.pressKey} isDisabled={!isInCall(state.call)} />
      <details className={styles.more}>
        <summary>Other numbers, and who is calling</summary>
        <Field label="Your number" hint="Empty: your number is withheld.">
          <Input value={from} disabled={isBusy} onChange={(_, { value }) => setFrom(value)} />
        </Field>
        <Field label="Number to call">
          <Select value={number} disabled={isBusy} onChange={(_, { value }) => setNumber(value)}>
            {numbers.map((entry) => (
              <option key={entry.number} value={entry.number}>
                {`${entry.number} · ${entry.what}`}
              </option>
            ))}
          </Select>
        </Field>
        <Button disabled={isBusy} onClick={() => dial(number)}>
          Call this number
        </Button>
      </details>
    </section>
  );
}
