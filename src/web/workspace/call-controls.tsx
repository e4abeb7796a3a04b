import { Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { CallEndRegular } from '@fluentui/react-icons/lib/atoms/svg/call-end';
import { DialpadRegular } from '@fluentui/react-icons/lib/atoms/svg/dialpad';
import { MicRegular } from '@fluentui/react-icons/lib/atoms/svg/mic';
import { MicOffRegular } from '@fluentui/react-icons/lib/atoms/svg/mic-off';
import { PauseRegular } from '@fluentui/react-icons/lib/atoms/svg/pause';
import { PlayRegular } from '@fluentui/react-icons/lib/atoms/svg/play';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Keypad } from '../kit/keypad.tsx';
import { useStore } from '../kit/use-store.ts';
import { useLive } from '../shell/live-context.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import type { CallAction } from './call-actions.ts';
import styles from './panel.module.css';

interface ControlProps extends ComponentProps<'button'> {
  readonly name: string;
  readonly icon: ReactNode;
}

/** A round button over its name; the name is the accessible name and never changes: `aria-pressed` tells the state. */
function Control({ name, icon, ...button }: ControlProps) {
  return (
    <button type="button" className={styles.control} {...button}>
      <span className={styles.controlFace} aria-hidden>
        {icon}
      </span>
      {name}
    </button>
  );
}

/** Mute, Hold, Keypad, End. `isHeld`: as the server says. `pending`: the action under way. */
export function CallControls({
  isHeld,
  isConnected,
  pending,
  onAction,
}: {
  readonly isHeld: boolean;
  readonly isConnected: boolean;
  readonly pending: CallAction | null;
  readonly onAction: (action: CallAction) => void;
}) {
  const { live } = useLive();
  const { isMuted } = useStore(live.phone.state);
  const [isKeypadOpen, setKeypadOpen] = useState(false);
  const isBusy = pending !== null;
  const mute = () => live.phone.setMuted(!isMuted);
  const hold = () => onAction(isHeld ? 'CCaaS_UnholdCall' : 'CCaaS_HoldCall');
  useShortcuts({
    m: () => isConnected && mute(),
    h: () => isConnected && !isBusy && hold(),
    i: () => isConnected && setKeypadOpen((isOpen) => !isOpen),
  });
  return (
    <div role="toolbar" aria-label="Call controls" className={styles.controls}>
      <Control
        name="Mute"
        icon={isMuted ? <MicOffRegular /> : <MicRegular />}
        aria-pressed={isMuted}
        disabled={!isConnected}
        onClick={mute}
        title="Alt+M"
      />
      <Control
        name="Hold"
        icon={isHeld ? <PlayRegular /> : <PauseRegular />}
        aria-pressed={isHeld}
        disabled={!isConnected || isBusy}
        onClick={hold}
        title="Alt+H"
      />
      <Popover open={isKeypadOpen} onOpenChange={(_, { open }) => setKeypadOpen(open)} trapFocus>
        <PopoverTrigger disableButtonEnhancement>
          <Control name="Keypad" icon={<DialpadRegular />} disabled={!isConnected} title="Alt+I" />
        </PopoverTrigger>
        <PopoverSurface aria-label="Keypad">
          <Keypad onKey={live.phone.pressKey} />
        </PopoverSurface>
      </Popover>
      <Control
        name="End"
        icon={<CallEndRegular />}
        data-kind="end"
        disabled={pending === 'CCaaS_EndCall'}
        onClick={() => onAction('CCaaS_EndCall')}
      />
    </div>
  );
}
