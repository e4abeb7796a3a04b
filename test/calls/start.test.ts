import { describe, expect, it } from 'vitest';
import { startMedia } from '../../src/voice/media/index.ts';
import type { MediaEngine } from '../../src/voice/media/media.ts';
import { createPhone } from '../phone/phone.ts';
import { numbers, openLine, until } from './line.ts';

function lives(processId: number | undefined): boolean {
  try {
    return processId !== undefined && process.kill(processId, 0);
  } catch {
    return false;
  }
}

describe('the voice layer starts and stops (bad input: a taken port, a broken IVR file)', () => {
  it('says that a SIP port is taken and leaves nothing running', async () => {
    const line = await openLine();
    const engines: MediaEngine[] = [];
    const second = openLine(
      {
        startMedia: async (config) => {
          const media = await startMedia(config);
          engines.push(media);
          return media;
        },
      },
      { sip: { host: '127.0.0.1', port: line.port, trunks: [], credentials: {} } },
    );
    await expect(second).rejects.toMatchObject({ cause: { code: 'EADDRINUSE' } });
    expect(engines).toHaveLength(1);
    await until(() => engines.every(({ processId }) => !lives(processId)));
    await line.close();
  });

  it('names a broken flow in one line and says of its callers that the bot failed', async () => {
    const text = 'name: Desk\nstart: a\nsteps:\n  a: { say: Hello }\n';
    const line = await openLine({}, { flows: new Map([['bot', { file: 'desk.yaml', text }]]) });
    expect(line.log).toContain(
      'this IVR flow is not used: desk.yaml line 4: step "a": say needs next: the name of the step that follows',
    );
    const caller = await createPhone();
    await caller.dial(`sip:${numbers.frontDesk}@${line.host}:${line.port}`, { from: '+4570123456' });
    await until(() => line.engine.types.includes('BotFailed'));
    await caller.hangUp();
    await caller.close();
    await line.close();
  });

  it('ends its calls when it stops, and tells the engine', async () => {
    const line = await openLine();
    const caller = await createPhone();
    await caller.dial(`sip:${numbers.straight}@${line.host}:${line.port}`, { from: '+4570123456' });
    await line.close();
    await caller.waitForState('ended');
    expect(line.engine.events.at(-1)).toMatchObject({
      type: 'CallEnded',
      by: 'failure',
      reason: 'The server was stopped',
    });
    await caller.close();
  });

  it('refuses a call that no port is left for, without a conversation', async () => {
    const line = await openLine({}, { rtpPorts: [41_900, 41_901] });
    const first = await createPhone();
    const second = await createPhone();
    const dial = { from: '+4570123456' };
    await first.dial(`sip:${numbers.echo}@${line.host}:${line.port}`, dial);
    await expect(second.dial(`sip:${numbers.frontDesk}@${line.host}:${line.port}`, dial)).rejects.toThrow(
      '503',
    );
    expect(line.engine.events).toEqual([]);
    await first.hangUp();
    await first.close();
    await second.close();
    await line.close();
  });
});
