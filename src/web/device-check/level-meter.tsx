import { useEffect, useRef, useState } from 'react';
import styles from './device-check.module.css';

/** How loud the microphone is, as a bar from 0 to 100. */
export function LevelMeter({ stream }: { readonly stream: MediaStream }) {
  const bar = useRef<HTMLSpanElement>(null);
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    let shown = 0;
    const look = (time: number) => {
      analyser.getFloatTimeDomainData(samples);
      const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      const percent = Math.min(100, Math.round(loudness * 400));
      if (bar.current !== null) bar.current.style.width = `${percent}%`;
      // The bar moves with each frame; the value that assistive technology reads, twice a second.
      if (time - shown > 500) {
        shown = time;
        setLevel(percent);
      }
      frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => {
      cancelAnimationFrame(frame);
      context.close().catch(reportError);
    };
  }, [stream]);
  return (
    <div className={styles.meter}>
      <meter className={styles.spoken} aria-label="Microphone level" min={0} max={100} value={level} />
      <span ref={bar} className={styles.level} />
    </div>
  );
}
