import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../conversation/index.ts';
import { Refusal } from '../tables/index.ts';
import { Keepings } from './keepings.ts';
import type { MediaDesk } from './media-desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-keepings-'));
beforeEach(() => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The number of a process that has ended. */
const dead = spawnSync(process.execPath, ['-e', '']).pid;
const conversation = '11111111-2222-4333-8444-000000000001';
const keeping = '11111111-2222-4333-8444-000000000002';

/** A file as a recorder leaves it that was killed: a header of nothing, and half a sample too much. */
const leave = (server: number, rest: string, samples: number): string => {
  const name = `${server}.${conversation}.${keeping}.${rest}`;
  writeFileSync(join(folder, name), Buffer.alloc(44 + samples * 2 + 1));
  return name;
};
/** What the engine is told when a server comes up on that folder. */
async function recover(answer: Error | null = null): Promise<ConversationEvent[]> {
  const told: ConversationEvent[] = [];
  const keepings = new Keepings({
    media: {} as MediaDesk,
    tell: async (event) => {
      told.push(event);
      return answer;
    },
    folder,
    transcriber: null,
    log: () => undefined,
  });
  await keepings.recover();
  await keepings.settled();
  return told;
}

describe('what a server that died had begun to keep (behaviour.md §3.8)', () => {
  it('is handed over at the next start, whole as far as it was written, and its files go', async () => {
    leave(dead, 'recording.wav', 16_000);
    leave(dead, 'recording.speech.agent-ann.wav', 8_000);
    const told = await recover();
    expect(told).toMatchObject([
      { type: 'KeepingReady', conversation, keeping, kind: 'recording', seconds: 1 },
    ]);
    const [event] = told;
    const audio = event?.type === 'KeepingReady' ? event.audio : null;
    expect(Buffer.from(audio ?? []).toString('latin1', 0, 4)).toBe('RIFF');
    expect(Buffer.from(audio ?? []).readUInt32LE(40)).toBe(32_000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a message and one of a process with our own number too: we have only begun', async () => {
    leave(process.pid, 'message.wav', 8_000);
    expect(await recover()).toMatchObject([{ kind: 'message', seconds: 1 }]);
  });

  it('stays where it is when the engine knows nothing of it, or another server lives that writes it', async () => {
    const unknown = leave(dead, 'recording.wav', 8_000);
    expect(await recover(new Refusal('recordNotFound', 'msdyn_ocliveworkitem', conversation))).toHaveLength(
      1,
    );
    expect(readdirSync(folder)).toEqual([unknown]);
    rmSync(join(folder, unknown));
    const live = leave(process.ppid, 'recording.wav', 8_000);
    writeFileSync(join(folder, 'notes.txt'), '');
    expect(await recover()).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([live, 'notes.txt'].sort());
  });
});
