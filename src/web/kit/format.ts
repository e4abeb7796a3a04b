/** How times, durations and names are written on every screen. */

/** A duration as a clock: 65 000 → "01:05", from an hour on "1:01:05". Negative counts as zero. Unit: milliseconds. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = String(Math.floor((seconds % 3600) / 60)).padStart(2, '0');
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${minutes}:${rest}`;
}

/** A duration in words for a bar or a pill: "20 s", "1 min 5 s", "24 h 1 min". Unit: milliseconds. */
export function formatSpan(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** "12:46:20" in the reader's zone. */
export function formatTime(instant: Date): string {
  return clockTime.format(instant);
}

/** "21 Dec 2025, 12:47" in the reader's zone. */
export function formatDateTime(instant: Date): string {
  return dayTime.format(instant);
}

/** "21 Dec 2025" in the reader's zone. */
export function formatDate(instant: Date): string {
  return dayOnly.format(instant);
}

/** "0a3b0dac…fb5f": enough of an id to recognise it. */
export function shortId(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}
