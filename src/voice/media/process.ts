/** The media process: forked by engine.ts, obeys the pipe, ends with its parent. */
import { MediaHost } from './host.ts';
import type { MediaEngine } from './media.ts';
import { type Command, type FromProcess, packError, type ToProcess } from './messages.ts';
import { music } from './music.ts';

const tell = (message: FromProcess): void => {
  // The parent may be gone between two events; `disconnect` then ends this process.
  if (process.connected) process.send?.(message);
};
const log = (line: string): void => tell({ type: 'log', line });

function perform(engine: MediaEngine, command: Command): Promise<unknown> {
  switch (command.method) {
    case 'openRtp':
      return engine.openRtp(...command.args);
    case 'setRtpRemote':
      return engine.setRtpRemote(...command.args);
    case 'openWebRtc':
      return engine.openWebRtc(...command.args);
    case 'setWebRtcAnswer':
      return engine.setWebRtcAnswer(...command.args);
    case 'addCandidate':
      return engine.addCandidate(...command.args);
    case 'closeLeg':
      return engine.closeLeg(...command.args);
    case 'setRoom':
      return engine.setRoom(...command.args);
    case 'play':
      return engine.play(...command.args);
    case 'stopPlay':
      return engine.stopPlay(...command.args);
    case 'sendDigit':
      return engine.sendDigit(...command.args);
    case 'setMuted':
      return engine.setMuted(...command.args);
    case 'setEcho':
      return engine.setEcho(...command.args);
    case 'record':
      return engine.record(...command.args);
    case 'setTake':
      return engine.setTake(...command.args);
    case 'stopRecord':
      return engine.stopRecord(...command.args);
    case 'stats':
      return engine.stats();
  }
}

let host: MediaHost | null = null;

async function obey(message: ToProcess): Promise<void> {
  if (message.type === 'configure') {
    host = new MediaHost({ ...message.config, log });
    host.onEvent = (event) => tell({ type: 'event', event });
    // Composed before the first call: 50 ms of arithmetic in a call would be heard.
    music('wait');
    music('hold');
    tell({ type: 'ready' });
  } else if (message.type === 'close') {
    await host?.close();
    process.disconnect();
  } else if (host !== null) {
    try {
      tell({ type: 'done', id: message.id, value: await perform(host, message.command) });
    } catch (error) {
      tell({ type: 'failed', id: message.id, failure: packError(error) });
    }
  }
}

process.on('message', (message: ToProcess) => {
  obey(message).catch((error: unknown) => {
    log(`media: ${packError(error).message}`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C goes to the whole group, yet calls are to be ended properly by the parent, which then closes the pipe.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// One peer's failed promise inside the WebRTC library must not end everyone's call.
process.on('unhandledRejection', (error) => log(`media: unhandled: ${packError(error).message}`));
