/** The ring of an incoming call: two soft tones, one second in three, made in the page so that nothing is loaded. */

/** A bell that is silent until rung. */
export interface Bell {
  readonly ring: () => void;
  readonly silence: () => void;
}

const everyMs = 3000;
const toneSeconds = 1;
const loudness = 0.06;

/** Makes a bell. Where the browser refuses sound before a click it stays silent; the card is still on the screen. */
export function createBell(): Bell {
  let context: AudioContext | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  const strike = () => {
    context ??= new AudioContext();
    if (context.state !== 'running') return;
    const volume = context.createGain();
    const start = context.currentTime;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.03);
    volume.gain.setValueAtTime(loudness, start + toneSeconds - 0.1);
    volume.gain.linearRampToValueAtTime(0, start + toneSeconds);
    volume.connect(context.destination);
    for (const hertz of [523.25, 659.25]) {
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(volume);
      tone.start(start);
      tone.stop(start + toneSeconds);
    }
  };
  return {
    ring: () => {
      if (timer !== undefined) return;
      strike();
      timer = setInterval(strike, everyMs);
    },
    silence: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
