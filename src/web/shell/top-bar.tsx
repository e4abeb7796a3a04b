import { Button, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { NavigationRegular } from '@fluentui/react-icons/lib/atoms/svg/navigation';
import { QuestionCircleRegular } from '@fluentui/react-icons/lib/atoms/svg/question-circle';
import { useRouterState } from '@tanstack/react-router';
import page from '../kit/page.module.css';
import { PresencePicker } from './presence-picker.tsx';
import styles from './shell.module.css';
import { shortcutList } from './shortcuts.ts';

/** The bar over everything: product, part, help, presence. */
export function TopBar({ isRail, onRail }: { readonly isRail: boolean; readonly onRail: () => void }) {
  const part = useRouterState({
    select: ({ location: { pathname } }) => {
      if (pathname.startsWith('/explorer')) return 'Data-flow explorer';
      return pathname.startsWith('/requests') ? 'Requests' : 'Agent workspace';
    },
  });
  return (
    <header className={styles.bar}>
      <Button
        appearance="transparent"
        className={styles.barButton}
        icon={<NavigationRegular />}
        aria-label="Navigation"
        aria-expanded={!isRail}
        onClick={onRail}
      />
      <span className={styles.product}>Wirechief</span>
      <span className={styles.part}>{part}</span>
      <span className={styles.barSpace} />
      <Popover>
        <PopoverTrigger disableButtonEnhancement>
          <Button
            appearance="transparent"
            className={styles.barButton}
            icon={<QuestionCircleRegular />}
            aria-label="Keyboard shortcuts"
          />
        </PopoverTrigger>
        <PopoverSurface aria-label="Keyboard shortcuts">
          <dl className={page.facts}>
            {shortcutList.map(([keys, does]) => [
              <dt key={`${keys} key`}>{keys}</dt>,
              <dd key={keys}>{does}</dd>,
            ])}
          </dl>
        </PopoverSurface>
      </Popover>
      <PresencePicker />
    </header>
  );
}
