import { useEffect, useState } from 'react';
import { callAudio } from '../kit/call-audio.ts';
import { useStore } from '../kit/use-store.ts';
import { createPhone, type Phone } from '../softphone/phone.ts';
import { isLive, type PhoneState } from '../softphone/phone-state.ts';

import type { CallerDoing } from './call-words.ts';

/** The caller's phone and what can be done with it. */
export interface CallerPhone {
  readonly state: PhoneState;
  readonly phone: Phone;
  /** `calling`: between pressing Call and the first word of the server about the call. */
  readonly doing: CallerDoing;
  readonly call: (number: string, from: string | undefined) => void;
  readonly hangUp: () => void;
}

/** Makes the caller's phone: it connects on the first call and stays connected for the next. */
export function useCallerPhone(): CallerPhone {
  const [phone] = useState(() =>
    createPhone({ audio: callAudio, hello: async () => ({ type: 'hello', role: 'caller' }) }),
  );
  const state = useStore(phone.state);
  const [wish, setWish] = useState<{ readonly number: string; readonly from: string | undefined } | null>(
    null,
  );
  const [isDialled, setDialled] = useState(false);
  const [hasHungUp, setHungUp] = useState(false);
  useEffect(() => phone.stop, [phone]);
  useEffect(() => {
    if (wish === null || state.link !== 'ready' || isDialled) return;
    setDialled(true);
    phone.dial(wish.number, wish.from);
  }, [phone, wish, state.link, isDialled]);
  // Any word of the server after dialling settles the wish: a call state, or a refusal.
  useEffect(
    () =>
      phone.state.subscribe(() => {
        const { call, problem } = phone.state.get();
        if (problem !== null || isLive(call) || call.state === 'ended') setWish(null);
      }),
    [phone],
  );
  return {
    state,
    phone,
    doing: wish !== null ? 'calling' : hasHungUp ? 'hungUp' : 'nothing',
    call: (number, from) => {
      phone.clear();
      setDialled(false);
      setHungUp(false);
      setWish({ number, from });
      phone.unsilence();
      phone.start().then((isOpen) => isOpen || setWish(null), reportError);
    },
    hangUp: () => {
      setWish(null);
      setHungUp(true);
      phone.hangUp();
    },
  };
}
