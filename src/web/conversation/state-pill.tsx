import styles from '../kit/page.module.css';
import { type Conversation, status } from './rows.ts';

const tones: { readonly [code: number]: string } = {
  [status.open]: 'open',
  [status.active]: 'active',
  [status.waiting]: 'waiting',
  [status.closed]: 'closed',
  [status.wrapUp]: 'wrap-up',
};

/** The state of a conversation in the product's words: Open, Active, Waiting, Wrap-up, Closed. */
export function StatePill({ conversation }: { readonly conversation: Conversation }) {
  return (
    <span className={styles.pill} data-tone={tones[conversation.status] ?? 'closed'}>
      {conversation.statusLabel}
    </span>
  );
}
