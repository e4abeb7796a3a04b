import { Button } from '@fluentui/react-components';
import { endSignIn } from './code-flow.ts';
import { nameIn } from './id-token.ts';
import { sessionStore } from './session.ts';
import styles from './sign-in.module.css';

/** For somebody whom the issuer knows and this organization does not, or no longer. `reason`: in the server's words. */
export function NotAdmitted({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  const { name, objectId } = nameIn(sessionStore.get()?.idToken ?? null);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/favicon.svg" alt="" width={44} height={44} />
        <h1 className={styles.title}>You cannot come in yet</h1>
        <p role="alert" className={styles.problem}>
          {name === null ? 'You are signed in' : `You are signed in as ${name}`}, but this contact centre does
          not take you in: {reason}
        </p>
        <p>
          Ask an administrator for an enabled user whose azureactivedirectoryobjectid is the object id of your
          account{objectId === null ? '' : ': '}
          {objectId !== null && <code>{objectId}</code>}
        </p>
        <Button appearance="primary" onClick={onRetry}>
          Try again
        </Button>
        <Button onClick={() => void endSignIn().catch(reportError)}>Sign out</Button>
      </div>
    </main>
  );
}
