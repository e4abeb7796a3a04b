import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRecord, text } from '../kit/record.ts';
import { Loading } from '../kit/states.tsx';
import { useStore } from '../kit/use-store.ts';
import { beginSignIn } from './code-flow.ts';
import { signInSettings } from './settings.ts';
import styles from './sign-in.module.css';
import { signInProblem } from './sign-in-problem.ts';

interface Person {
  readonly signInName: string;
  readonly displayName: string;
}

/** Where one signs in, and the people who may by one click; none outside development. */
interface Door {
  readonly issuer: string | null;
  readonly people: readonly Person[];
}

async function readDoor(): Promise<Door> {
  const { issuer } = await signInSettings();
  return { issuer, people: issuer === null ? await readPeople() : [] };
}

async function readPeople(): Promise<readonly Person[]> {
  const response = await fetch('/sign-in/people', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const body: unknown = await response.json();
  const rows = Array.isArray(body) ? body.filter(isRecord) : [];
  return rows.map((row) => {
    const signInName = text(row, 'signInName') ?? '';
    return { signInName, displayName: text(row, 'displayName') ?? signInName };
  });
}

/** The first page: who are you. Says why the last attempt, or the last sign-in, came to nothing. */
export function SignInPage() {
  const problem = useStore(signInProblem);
  const [failure, setFailure] = useState<string | null>(null);
  const door = useQuery({ queryKey: ['people'], queryFn: readDoor, retry: false });
  const begin = (signInName?: string) => {
    beginSignIn(signInName).catch((error: unknown) =>
      setFailure(error instanceof Error ? error.message : String(error)),
    );
  };
  const trouble = failure ?? problem;
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/favicon.svg" alt="" width={44} height={44} />
        <h1 className={styles.title}>Wirechief</h1>
        <p className={styles.lead}>An open contact centre on the Dynamics 365 data model.</p>
        {trouble !== null && (
          <p role="alert" className={styles.problem}>
            {trouble}
          </p>
        )}
        {!globalThis.isSecureContext && (
          <p role="alert" className={styles.problem}>
            This address is not secure, so the browser allows neither sign-in nor a microphone. Open Wirechief
            at localhost, or over HTTPS.
          </p>
        )}
        {door.isPending && <Loading what="the ways to sign in" />}
        {door.error !== null && (
          <p role="alert" className={styles.problem}>
            {`Nobody can sign in now. ${door.error.message} `}
            <Button size="small" onClick={() => void door.refetch()}>
              Retry
            </Button>
          </p>
        )}
        {door.data !== undefined && <Choices door={door.data} onChoose={begin} />}
        {door.data?.issuer === null && (
          <p className={styles.foot}>
            No account needed to call: <a href="/demo">open the caller’s page</a>
          </p>
        )}
      </div>
    </main>
  );
}

function Choices({
  door: { issuer, people },
  onChoose,
}: {
  readonly door: Door;
  readonly onChoose: (signInName?: string) => void;
}) {
  if (issuer !== null) {
    return (
      <>
        <Button appearance="primary" size="large" onClick={() => onChoose()}>
          Sign in
        </Button>
        <p className={styles.foot}>{`You sign in at ${new URL(issuer).host}.`}</p>
      </>
    );
  }
  return (
    <>
      <h2 className={styles.choose}>Sign in as</h2>
      <ul className={styles.people}>
        {people.map(({ signInName, displayName }) => (
          <li key={signInName}>
            <Button
              className={styles.person}
              size="large"
              aria-label={`${signInName} · ${displayName}`}
              onClick={() => onChoose(signInName)}
            >
              <span className={styles.personName}>{displayName}</span>
              <span className={styles.personSignIn}>{signInName}</span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
