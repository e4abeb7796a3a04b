import { useState } from 'react';
import { shortId } from './format.ts';
import styles from './page.module.css';

const shownMs = 1500;

/** A record's id: shortened, whole on hover and for assistive technology, copied by a click. */
export function IdChip({ id, isWhole = false }: { readonly id: string; readonly isWhole?: boolean }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(id).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), shownMs);
    }, reportError);
  };
  return (
    <button
      type="button"
      className={styles.id}
      title={`${id} (click to copy)`}
      aria-label={`Copy id ${id}`}
      onClick={copy}
    >
      {isCopied ? 'copied' : isWhole ? id : shortId(id)}
    </button>
  );
}
