/** The server's clock as seen from this page. Every timer and countdown counts by it: the browser's own clock may be
 *  minutes off. Source: ui.md §3 "Incoming offer" and §8. */
import { useEffect, useState } from 'react';

let offsetMs = 0;

/** Takes over the server's time from a message that carries it as an ISO instant. Anything else is ignored. */
export function learnServerTime(serverNow: string): void {
  const parsed = Date.parse(serverNow);
  if (!Number.isNaN(parsed)) offsetMs = parsed - Date.now();
}

/** Now by the server's clock, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** Now by the server's clock, renewed every `everyMs` while `isRunning`. */
export function useServerNow(everyMs = 1000, isRunning = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!isRunning) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isRunning]);
  return now;
}
