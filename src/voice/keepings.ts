/** What is kept of calls: recordings, transcripts and messages, from the first frame to the event that hands them over.
 *  Sound lies in files that only the server's user may read, until it is handed over. Source: behaviour.md §3.8. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeepingReady, TranscriptLine } from '../conversation/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import { mendWav } from './kept-wav.ts';
import type { RecordOptions, Take } from './media/media.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Tell } from './tell.ts';
import { transcribeFile } from './transcription/transcribe-file.ts';
import type { Transcriber } from './transcription/transcriber.ts';

/** What is to be kept. `keeping`: the id of the row it will belong to. */
export interface KeepingOrder {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly keeping: Guid;
  readonly kind: KeepingReady['kind'];
  readonly audio: boolean;
  readonly transcript: boolean;
}

/** What keeping works with. `folder`: where the files lie. `mostBytes`: how large one may be; 512 MB when left out. */
export interface KeepingDesk {
  readonly media: MediaDesk;
  readonly tell: Tell;
  readonly folder: string;
  readonly transcriber: Transcriber | null;
  readonly mostBytes?: number;
  readonly log: (line: string) => void;
}

/** Something that is being kept. */
export interface Kept {
  /** What is taken from now on; null: nothing. The same again changes nothing. */
  take(take: Take | null): void;
  /** It is complete: KeepingReady follows. */
  end(): void;
}

/** Everything that is being kept. */
export class Keepings {
  readonly #desk: KeepingDesk;
  readonly #ending = new Set<Promise<void>>();

  constructor(desk: KeepingDesk) {
    this.#desk = desk;
  }

  /** Begins to keep; nothing is taken yet. */
  open(order: KeepingOrder): Kept {
    const { media } = this.#desk;
    media.send(media.engine.record(order.keeping, this.#filesOf(order)));
    let taken = 'null';
    let isEnded = false;
    const end = (early?: KeepingReady['early']): void => {
      if (isEnded) return;
      isEnded = true;
      forget();
      this.#track(this.#finish(order, early));
    };
    const forget = media.listen(order.keeping, {
      full: (reason) => {
        this.#desk.log(`${order.kind} ${order.keeping} ends early: ${reason}`);
        end('full');
      },
      restarted: () => end('interrupted'),
    });
    return {
      take: (take) => {
        const wanted = JSON.stringify(take && [take.customer, take.speakers]);
        if (isEnded || wanted === taken) return;
        taken = wanted;
        media.send(media.engine.setTake(order.keeping, take));
      },
      end: () => end(),
    };
  }

  /** Hands over what servers that died had begun to keep: the files that they left behind. To be called before anything is
   *  kept here, after the engine knows that their calls are over. */
  async recover(): Promise<void> {
    const left = new Map<string, KeepingOrder>();
    for (const file of await readdir(this.#desk.folder).catch(() => [])) {
      const found = orderOf(file);
      if (found !== null && !isAlive(found.server)) left.set(found.name, found.order);
    }
    // One after the other: each is read whole.
    const handOverAll = async (): Promise<void> => {
      for (const [name, order] of left) {
        this.#desk.log(`${order.kind} ${order.keeping} was left behind by a server that died`);
        await this.#handOver(order, name, false);
      }
    };
    if (left.size > 0) this.#track(handOverAll());
  }

  /** Resolves when everything that ended was handed over. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #track(work: Promise<void>): void {
    const ended = work.finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #filesOf(order: KeepingOrder): RecordOptions {
    const { folder, transcriber, mostBytes } = this.#desk;
    const { kind, audio, transcript } = order;
    const name = join(folder, nameOf(order));
    return {
      path: audio ? `${name}.wav` : null,
      channels: kind === 'recording' ? 2 : 1,
      speech: transcript && transcriber !== null ? `${name}.speech` : null,
      ...(mostBytes === undefined ? {} : { mostBytes }),
    };
  }

  async #finish(order: KeepingOrder, early: KeepingReady['early']): Promise<void> {
    // A media process that died has left the files as they were half a second before.
    await this.#desk.media.engine.stopRecord(order.keeping).catch(() => undefined);
    await this.#handOver(order, nameOf(order), true, early);
  }

  /** Gives the files of this name to the engine; they go when it took them. `orRefused`: also when it does not want them,
   *  because nothing waits for them any more. */
  async #handOver(
    { conversation, keeping, kind }: KeepingOrder,
    name: string,
    orRefused: boolean,
    early?: KeepingReady['early'],
  ): Promise<void> {
    const { folder, log } = this.#desk;
    try {
      const files = (await readdir(folder).catch(() => [])).filter((file) => file.startsWith(`${name}.`));
      let seconds = 0;
      for (const file of files) {
        const channels = kind === 'recording' && file === `${name}.wav` ? 2 : 1;
        seconds = Math.max(seconds, await mendWav(join(folder, file), channels));
      }
      const audio = files.includes(`${name}.wav`) && seconds > 0 ? join(folder, `${name}.wav`) : null;
      const answer = await this.#desk.tell({
        type: 'KeepingReady',
        conversation,
        keeping,
        kind,
        audio: audio === null ? null : await readFile(audio),
        seconds,
        lines: await this.#write(files.filter((file) => file.startsWith(`${name}.speech.`))),
        ...(early === undefined ? {} : { early }),
      });
      if (answer === null || (orRefused && answer instanceof Refusal))
        for (const file of files) await rm(join(folder, file), { force: true });
      else log(`${kind} ${keeping} could not be handed over; its files stay in ${folder}`);
    } catch (error) {
      log(`${kind} ${keeping} could not be completed: ${String(error)}`);
    }
  }

  /** What was said, each speaker by itself. */
  async #write(files: readonly string[]): Promise<TranscriptLine[]> {
    const { transcriber, folder, log } = this.#desk;
    const lines: TranscriptLine[] = [];
    for (const file of files) {
      const speaker = speakerOf(file);
      if (transcriber === null || speaker === null) continue;
      try {
        for (const line of await transcribeFile(join(folder, file), transcriber))
          lines.push({ ...line, ...speaker });
      } catch (error) {
        log(`what ${speaker.speaker ?? 'the customer'} said could not be written down: ${String(error)}`);
      }
    }
    return lines.sort((one, other) => one.atMs - other.atMs);
  }
}

/** How the files of something kept begin: the process that writes them, and what they are. */
const nameOf = ({ conversation, keeping, kind }: KeepingOrder): string =>
  `${process.pid}.${conversation}.${keeping}.${kind}`;

/** Reads a file's name back; null for a file of something else. */
function orderOf(
  file: string,
): { readonly name: string; readonly server: number; readonly order: KeepingOrder } | null {
  const parts = /^((\d+)\.([\w-]+)\.([\w-]+)\.(recording|message))\.(?:wav$|speech\.)/.exec(file);
  if (parts === null) return null;
  const [, name = '', server = '', conversation = '', keeping = '', kind] = parts;
  if (kind !== 'recording' && kind !== 'message') return null;
  const order = { conversation, keeping, kind, audio: true, transcript: true } as const;
  return { name, server: Number(server), order };
}

/** Whether another process of this machine has this number; ours has just begun, so what bears its number is older. */
function isAlive(server: number): boolean {
  if (server === process.pid) return false;
  try {
    process.kill(server, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The name of a speaker in the files. */
export const speakerName = (kind: 'agent' | 'party', id: string): string => `${kind}-${id}`;

function speakerOf(file: string): Pick<TranscriptLine, 'speaker' | 'party'> | null {
  const name = /\.speech\.(?:(agent|party)-)?(.+)\.wav$/.exec(file);
  if (name === null) return null;
  const [, kind, id = ''] = name;
  if (kind === 'agent') return { speaker: id };
  return kind === 'party' ? { speaker: null, party: id } : { speaker: null };
}
