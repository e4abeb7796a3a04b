/** The frame around every signed-in screen. The phone, the stream and the offers live here, above the routes: a route
 *  may go, the call may not. Source: ui.md §3, §4.1. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { DeviceCheck } from '../device-check/device-check.tsx';
import { callAudio } from '../kit/call-audio.ts';
import { Loaded } from '../kit/states.tsx';
import { useStore } from '../kit/use-store.ts';
import { WebApiError } from '../kit/web-api.ts';
import { OfferStack } from '../offers/offer-stack.tsx';
import { lendSession } from '../sign-in/borrow.ts';
import { NotAdmitted } from '../sign-in/not-admitted.tsx';
import { sessionStore } from '../sign-in/session.ts';
import { SignInPage } from '../sign-in/sign-in-page.tsx';
import { deviceCheck, microphoneState } from '../softphone/microphone.ts';
import { Bars } from './bars.tsx';
import { type Live, startLive } from './live.ts';
import { LiveContext } from './live-context.tsx';
import { type Me, meQuery } from './me-queries.ts';
import styles from './shell.module.css';
import { SideNav } from './side-nav.tsx';
import { TopBar } from './top-bar.tsx';

/** The shell for somebody signed in, the sign-in page for others. */
export function Shell() {
  const isSignedIn = useStore(sessionStore) !== null;
  return isSignedIn ? <SignedIn /> : <SignInPage />;
}

function SignedIn() {
  const cache = useQueryClient();
  const me = useQuery(meQuery);
  // The next person must not see what this one read.
  useEffect(
    () => () => cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'people' }),
    [cache],
  );
  if (me.data === undefined && me.error instanceof WebApiError && me.error.status === 403) {
    return <NotAdmitted reason={me.error.message} onRetry={() => void me.refetch()} />;
  }
  return (
    <Loaded query={me} what="your account">
      {(person) => <Running key={person.id} me={person} />}
    </Loaded>
  );
}

function Running({ me }: { readonly me: Me }) {
  const cache = useQueryClient();
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const started = startLive(cache, me.id, callAudio);
    const stopLending = lendSession();
    setLive(started);
    return () => {
      started.stop();
      stopLending();
    };
  }, [cache, me.id]);
  if (live === null) return null;
  return (
    <LiveContext value={{ live, me }}>
      <Frame live={live} />
    </LiveContext>
  );
}

/** `unknown` until the browser has said whether the microphone is allowed. */
type Check = 'unknown' | 'needed' | 'passed' | 'skipped';

function useDeviceCheck(live: Live) {
  const [check, setCheck] = useState<Check>('unknown');
  useEffect(() => {
    microphoneState().then((state) => {
      const { inBrowser, inTab } = deviceCheck();
      const isPassed = inTab || (inBrowser && state === 'granted');
      setCheck((before) => (before === 'unknown' ? (isPassed ? 'passed' : 'needed') : before));
    }, reportError);
  }, []);
  useEffect(() => {
    if (check === 'passed') live.connectPhone();
  }, [check, live]);
  return [check, setCheck] as const;
}

function Frame({ live }: { readonly live: Live }) {
  const [isRail, setRail] = useState(false);
  const [check, setCheck] = useDeviceCheck(live);
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const isWorkspace = pathname === '/' || pathname.startsWith('/workspace');
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <TopBar isRail={isRail} onRail={() => setRail(!isRail)} />
      <div className={styles.below}>
        <SideNav isRail={isRail || pathname.startsWith('/explorer/')} onSetUp={() => setCheck('needed')} />
        <div className={styles.content}>
          <Bars />
          <main id="main" ref={main} className={styles.main} tabIndex={-1}>
            {check === 'needed' && isWorkspace ? (
              <DeviceCheck onDone={() => setCheck('passed')} onSkip={() => setCheck('skipped')} />
            ) : (
              <Outlet />
            )}
          </main>
        </div>
      </div>
      <OfferStack />
    </div>
  );
}
