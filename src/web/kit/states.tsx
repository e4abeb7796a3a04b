/** The states that every screen has beside its content. Source: ui.md §9. */
import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import styles from './page.module.css';
import { WebApiError } from './web-api.ts';

const ghosts = [70, 90, 55];

/** Grey lines where text will be, after 150 ms. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className={styles.ghost}>
      {ghosts.map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** What failed, in the server's words, with what a person needs to have it looked into. */
export function Failed({
  what,
  error,
  onRetry,
}: {
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => void;
}) {
  const isFromServer = error instanceof WebApiError;
  return (
    <div role="alert" className={styles.state}>
      <strong>{`Could not load ${what}.`}</strong>
      <span>{error.message}</span>
      {isFromServer && (error.code !== '' || error.requestId !== null) && (
        <span className={styles.quiet}>
          {[error.code && `Code ${error.code}`, error.requestId && `request ${error.requestId}`]
            .filter(Boolean)
            .join(' · ')}
        </span>
      )}
      <Button size="small" onClick={onRetry}>
        Retry
      </Button>
    </div>
  );
}

/** What would be here, and what to do to have it. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className={styles.state}>{children}</div>;
}

interface Query<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => Promise<unknown>;
}

/** Shows the content of a query, or the state it is in. Content once shown stays when a later read fails. */
export function Loaded<T>({
  query,
  what,
  children,
}: {
  readonly query: Query<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error === null) return <Loading what={what} />;
  return <Failed what={what} error={query.error} onRetry={() => void query.refetch()} />;
}
