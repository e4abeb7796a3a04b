/** How parts of a request are written, in the list and on its own screen. */
import { TextLink } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import type { Line } from './log.ts';
import styles from './requests.module.css';

const two = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

/** Milliseconds, as 12.34 ms. */
export const formatMs = (ms: number): string => `${two.format(ms)} ms`;

/** A status; its colour says success, a "no", or a fault, and so does the number. */
export function Status({ status }: { readonly status: number | null }) {
  const kind = status === null ? 'none' : String(status).charAt(0);
  return (
    <span className={`${page.pill} ${styles.status}`} data-kind={kind}>
      {status ?? 'open'}
    </span>
  );
}

/** What each stage of the walk took. */
export function Stages({ stages }: Pick<Line, 'stages'>) {
  return (
    <span className={styles.stages}>
      {stages.map(([name, ms]) => (
        <span key={name}>{`${name} ${two.format(ms)}`}</span>
      ))}
    </span>
  );
}

/** Links to the pictures of conversations. */
export function Conversations({ ids }: { readonly ids: readonly string[] }) {
  return ids.map((id, index) => (
    <TextLink
      key={id}
      to="/explorer/$conversationId"
      params={{ conversationId: id }}
      aria-label={`Explore conversation ${id}`}
      className={styles.explore ?? ''}
    >
      {ids.length === 1 ? 'Explore' : `Explore ${index + 1}`}
    </TextLink>
  ));
}

const api = /^\/api\/data\/v9\.\d\//;

/** A URL; what every one begins with is written lighter. */
export function Url({ url }: { readonly url: string }) {
  const prefix = api.exec(url)?.[0] ?? '';
  return (
    <>
      {prefix !== '' && <span className={styles.prefix}>{prefix}</span>}
      {url.slice(prefix.length)}
    </>
  );
}
