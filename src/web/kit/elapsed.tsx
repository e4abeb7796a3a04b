import { useServerNow } from './clock.ts';
import { formatDuration } from './format.ts';
import styles from './page.module.css';

/** A running clock since an instant of the server. Not announced: a timer that speaks each second helps nobody. */
export function Elapsed({ since, name }: { readonly since: Date; readonly name: string }) {
  const now = useServerNow();
  return (
    <span role="timer" aria-label={name} aria-live="off" className={styles.number}>
      {formatDuration(now - since.getTime())}
    </span>
  );
}
