/** Which rows the call has written so far: the smallest honest picture of what happens behind it. */
import { Button } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { formatTime } from '../kit/format.ts';
import { IdChip } from '../kit/id-chip.tsx';
import page from '../kit/page.module.css';
import { Empty, Loaded } from '../kit/states.tsx';
import { useStore } from '../kit/use-store.ts';
import { openPush } from '../push/push-stream.ts';
import { pushToCache } from '../push/push-to-cache.ts';
import { borrowSession } from '../sign-in/borrow.ts';
import { accessToken, sessionStore } from '../sign-in/session.ts';
import { callRowsQuery } from './call-rows.ts';
import styles from './demo.module.css';

/** The rows of the present or last call. */
export function CallRows({ conversation }: { readonly conversation: string | null }) {
  const isSignedIn = useStore(sessionStore) !== null;
  const [last, setLast] = useState<string | null>(null);
  useEffect(() => {
    if (conversation !== null) setLast(conversation);
  }, [conversation]);
  useEffect(() => {
    if (!isSignedIn) return borrowSession();
  }, [isSignedIn]);
  return (
    <section className={`${page.card} ${styles.rows}`} aria-labelledby="rows-title">
      <h2 id="rows-title" className={page.cardTitle}>
        What this call writes
      </h2>
      {last === null ? (
        <Empty>
          <span>Nothing yet. When you call, each row the call writes appears here as it is written.</span>
        </Empty>
      ) : isSignedIn ? (
        <Rows conversation={last} />
      ) : (
        <Empty>
          <span>
            The rows are for people who are signed in. Sign in in another tab of this browser, and they appear
            here too.
          </span>
          <Button as="a" href={`/explorer/${last}`} target="_blank">
            Open this call in the data-flow explorer
          </Button>
          <Button size="small" appearance="subtle" onClick={borrowSession}>
            I have signed in
          </Button>
        </Empty>
      )}
    </section>
  );
}

function Rows({ conversation }: { readonly conversation: string }) {
  const cache = useQueryClient();
  const query = useQuery(callRowsQuery(conversation));
  useEffect(() => {
    const toCache = pushToCache(cache);
    return openPush({ topics: `conversation:${conversation}`, token: accessToken, onEvent: toCache }).close;
  }, [cache, conversation]);
  return (
    <Loaded query={query} what="the rows">
      {(rows) => (
        <>
          <ol className={styles.list}>
            {rows.map((row) => (
              <li key={row.id}>
                <span className={page.number}>{row.createdOn === null ? '' : formatTime(row.createdOn)}</span>
                <span>
                  <strong>{row.what}</strong> <span className={page.quiet}>{row.table}</span>
                  <br />
                  {row.words}
                </span>
                <IdChip id={row.id} />
              </li>
            ))}
          </ol>
          <p className={styles.explore}>
            <a href={`/explorer/${conversation}`} target="_blank" rel="noreferrer">
              See how they hang together in the data-flow explorer
            </a>
          </p>
        </>
      )}
    </Loaded>
  );
}
