import { type KeyboardEvent, useState } from 'react';
import styles from './keypad.module.css';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const shown = 24;

/** A telephone keypad. Keys may also be typed while it has the focus. `onKey` gets one of 0-9 * #. */
export function Keypad({
  onKey,
  isDisabled = false,
}: {
  readonly onKey: (digit: string) => void;
  readonly isDisabled?: boolean;
}) {
  const [pressed, setPressed] = useState('');
  const press = (digit: string) => {
    setPressed((before) => (before + digit).slice(-shown));
    onKey(digit);
  };
  const type = (event: KeyboardEvent) => {
    if (isDisabled || event.altKey || event.ctrlKey || event.metaKey || !digits.includes(event.key)) return;
    event.preventDefault();
    press(event.key);
  };
  return (
    <fieldset className={styles.keypad} onKeyDown={type} disabled={isDisabled}>
      <legend className={styles.legend}>Keypad</legend>
      <output className={styles.pressed} aria-label="Keys pressed">
        {pressed}
      </output>
      {digits.map((digit) => (
        <button key={digit} type="button" className={styles.key} onClick={() => press(digit)}>
          {digit}
        </button>
      ))}
    </fieldset>
  );
}
