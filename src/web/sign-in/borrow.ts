/** Lets the caller page show rows when somebody is signed in in another tab of this browser: it asks over a channel
 *  that only pages of this origin share, and gets an access token for as long as that token lasts. */
import { isRecord, number, text } from '../kit/record.ts';
import { sessionStore, takeBorrowed } from './session.ts';

const channelName = 'wirechief.session';

/** Answers other tabs of this browser. Returns the function that stops it. */
export function lendSession(): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (message) => {
    const session = sessionStore.get();
    if (message.data !== 'ask' || session === null) return;
    channel.postMessage({ accessToken: session.accessToken, expiresAt: session.expiresAt });
  };
  return () => channel.close();
}

/** Asks the other tabs; the first answer is kept in memory only. Returns the function that stops waiting. */
export function borrowSession(): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (message) => {
    const data: unknown = message.data;
    if (!isRecord(data) || sessionStore.get() !== null) return;
    const accessToken = text(data, 'accessToken');
    const expiresAt = number(data, 'expiresAt');
    if (accessToken !== null && expiresAt !== null) takeBorrowed({ accessToken, expiresAt });
  };
  channel.postMessage('ask');
  return () => channel.close();
}
