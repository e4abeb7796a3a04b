import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRecord, text } from '../kit/record.ts';
import { Loading } from '../kit/states.tsx';
import { beginSignIn } from './code-flow.ts';
import styles from './sign-in.module.css';

interface Person {
  readonly signInName: string;
  readonly displayName: string;
}

/** The people who may sign in by one click; empty outside development. */
async function readPeople(): Promise<readonly Person[]> {
  const response = await fetch('/sign-in/people', { headers: { accept: 'application/json' } });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const body: unknown = await response.json();
  const rows = Array.isArray(body) ? body.filter(isRecord) : [];
  return rows.map((row) => {
    const signInName = text(row, 'signInName') ?? '';
    return { signInName, displayName: text(row, 'displayName') ?? signInName };
  });
}

/** The first page: who are you. `problem`: why the last attempt came to nothing. */
export function SignInPage({ problem }: { readonly problem: string | null }) {
  const [failure, setFailure] = useState(problem);
  const people = useQuery({ queryKey: ['people'], queryFn: readPeople });
  const begin = (signInName?: string) => {
    beginSignIn(signInName).catch((error: unknown) =>
      setFailure(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/favicon.svg" alt="" width={44} height={44} />
        <h1 className={styles.title}>Wirechief</h1>
        <p className={styles.lead}>An open contact centre on the Dynamics 365 data model.</p>
        {failure !== null && (
          <p role="alert" className={styles.problem}>
            {failure}
          </p>
        )}
        {!globalThis.isSecureContext && (
          <p role="alert" className={styles.problem}>
            This address is not secure, so the browser allows neither sign-in nor a microphone. Open Wirechief
            at localhost, or over HTTPS.
          </p>
        )}
        {people.isPending && <Loading what="the people" />}
        {people.error !== null && (
          <p role="alert" className={styles.problem}>
            {`The server does not answer: ${people.error.message} `}
            <Button size="small" onClick={() => void people.refetch()}>
              Retry
            </Button>
          </p>
        )}
        {people.data !== undefined && <Choices people={people.data} onChoose={begin} />}
        <p className={styles.foot}>
          No account needed to call: <a href="/demo">open the caller’s page</a>
        </p>
      </div>
    </main>
  );
}

function Choices({
  people,
  onChoose,
}: {
  readonly people: readonly Person[];
  readonly onChoose: (signInName?: string) => void;
}) {
  if (people.length === 0) {
    return (
      <Button appearance="primary" size="large" onClick={() => onChoose()}>
        Sign in
      </Button>
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
