import {
  Avatar,
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  type PresenceBadgeStatus,
} from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons/lib/atoms/svg/chevron-down';
import { SignOutRegular } from '@fluentui/react-icons/lib/atoms/svg/sign-out';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endSignIn } from '../sign-in/code-flow.ts';
import { useLive } from './live-context.tsx';
import {
  type AgentStatus,
  type Me,
  type Presence,
  presencesQuery,
  setPresence,
  statusQuery,
} from './me-queries.ts';
import styles from './shell.module.css';
import { useShortcuts } from './shortcuts.ts';

const badges: { readonly [base in Presence['base']]: PresenceBadgeStatus } = {
  available: 'available',
  busy: 'busy',
  doNotDisturb: 'do-not-disturb',
  away: 'away',
  offline: 'offline',
  inactive: 'away',
};

/** Sets a presence at once on the screen, and back with the server's words if it refuses (ui.md §8). */
export function useSetPresence() {
  const { me } = useLive();
  const cache = useQueryClient();
  const { queryKey } = statusQuery(me.id);
  return useMutation({
    mutationFn: (presence: string) => setPresence(me.id, presence),
    onMutate: async (presence) => {
      await cache.cancelQueries({ queryKey });
      const before = cache.getQueryData(queryKey) ?? null;
      const after: AgentStatus | null = before && { ...before, presence, isBySystem: false };
      cache.setQueryData(queryKey, after);
      return { before };
    },
    onError: (_error, _presence, context) => {
      if (context) cache.setQueryData(queryKey, context.before);
    },
    onSettled: () => cache.invalidateQueries({ queryKey }),
  });
}

/** Who I am, whether I take work, and why I am as I am. */
export function PresencePicker() {
  const { me } = useLive();
  const [isOpen, setOpen] = useState(false);
  const all = useQuery(presencesQuery).data ?? [];
  const status = useQuery(statusQuery(me.id)).data ?? null;
  const change = useSetPresence();
  useShortcuts({ p: () => setOpen(true) });
  const current = all.find(({ id }) => id === status?.presence);
  const shown = current?.name ?? (status === null ? 'Offline' : 'Unknown');
  return (
    <Menu
      open={isOpen}
      onOpenChange={(_, { open }) => setOpen(open)}
      checkedValues={{ presence: status?.presence == null ? [] : [status.presence] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const [next] = checkedItems;
        if (next !== undefined) change.mutate(next);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={`${styles.barButton} ${styles.presence}`}
          aria-label={`Presence: ${shown}`}
        >
          <Avatar
            name={me.name}
            size={28}
            {...(current === undefined ? {} : { badge: { status: badges[current.base] } })}
          />
          <span className={styles.presenceName}>{shown}</span>
          <ChevronDownRegular />
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.presenceWho}>
          <strong>{me.name}</strong>
          <span>{status === null ? 'Not an agent: no work is pushed here' : why(status, me, current)}</span>
          {change.error !== null && <span role="alert">{change.error.message}</span>}
        </div>
        <MenuList>
          {status !== null &&
            all
              .filter(({ base }) => base !== 'inactive')
              .map(({ id, name }) => (
                <MenuItemRadio key={id} name="presence" value={id}>
                  {name}
                </MenuItemRadio>
              ))}
          <MenuDivider />
          <MenuItem icon={<SignOutRegular />} onClick={() => void endSignIn().catch(reportError)}>
            Sign out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** "Capacity 70 of 100 units · 1 conversation · set by the system". */
function why(status: AgentStatus, me: Me, current: Presence | undefined): string {
  const parts: string[] = [];
  if (status.availableUnits !== null) {
    const of = me.capacity === null ? '' : ` of ${me.capacity}`;
    parts.push(`${status.availableUnits}${of} capacity units free`);
  }
  parts.push(`${status.conversations} ${status.conversations === 1 ? 'conversation' : 'conversations'}`);
  if (current !== undefined) parts.push(status.isBySystem ? 'set by the system' : 'set by you');
  return parts.join(' · ');
}
