/** What speech-to-text programs print, read into lines. */
import type { SpokenLine } from './transcriber.ts';

const stamp = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{3})`;
/** `[00:00:01.000 --> 00:00:02.500]  text` of whisper.cpp and its kin. */
const bracketed = new RegExp(String.raw`^\[?${stamp}\s*-->\s*${stamp}\]?\s*(.*)$`);

/** Reads the output: lines of whisper.cpp with their times, JSON objects with `text` and maybe `start` and `end` in
 *  seconds (one to a line), or plain text, whose times are the whole. Lines without words are left out. */
export function readLines(output: string, durationMs: number): SpokenLine[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const said = readBracketed(line) ?? readJson(line, durationMs) ?? { text: line, atMs: 0, durationMs };
    const text = said.text.replace(/\s+/g, ' ').trim();
    return /[\p{L}\p{N}]/u.test(text) ? [{ ...said, text }] : [];
  });
}

function readBracketed(line: string): SpokenLine | null {
  const found = bracketed.exec(line.trim());
  if (found === null) return null;
  const atMs = msOf(found.slice(1, 5));
  return { text: found[9] ?? '', atMs, durationMs: Math.max(0, msOf(found.slice(5, 9)) - atMs) };
}

const msOf = ([hours, minutes, seconds, ms]: readonly (string | undefined)[]): number =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);

function readJson(line: string, durationMs: number): SpokenLine | null {
  if (!line.trim().startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
    return null;
  const start = 'start' in value && typeof value.start === 'number' ? value.start * 1000 : 0;
  const end = 'end' in value && typeof value.end === 'number' ? value.end * 1000 : durationMs;
  return { text: value.text, atMs: Math.round(start), durationMs: Math.max(0, Math.round(end - start)) };
}
