import { CallRegular } from '@fluentui/react-icons/lib/atoms/svg/call';
import { DocumentBulletListRegular } from '@fluentui/react-icons/lib/atoms/svg/document-bullet-list';
import { FlowchartRegular } from '@fluentui/react-icons/lib/atoms/svg/flowchart';
import { HomeRegular } from '@fluentui/react-icons/lib/atoms/svg/home';
import { useQuery } from '@tanstack/react-query';
import { createLink, useNavigate } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { conversationQuery, workQuery } from '../conversation/queries.ts';
import { type Conversation, status } from '../conversation/rows.ts';
import { useAgentPart } from '../conversation/use-agent-part.ts';
import { Elapsed } from '../kit/elapsed.tsx';
import { useLive } from './live-context.tsx';
import { administratorQuery } from './me-queries.ts';
import { PhoneStatus } from './phone-status.tsx';
import styles from './shell.module.css';
import { type Shortcuts, useShortcuts } from './shortcuts.ts';

const mostSessions = 10;

const NavLink = createLink(({ className, ...rest }: ComponentProps<'a'>) => (
  <a {...rest} className={`${styles.navLink} ${className ?? ''}`} />
));

/** Home, the workspace sessions, the tools; the phone at the foot. */
export function SideNav({ isRail, onSetUp }: { readonly isRail: boolean; readonly onSetUp: () => void }) {
  const { me } = useLive();
  const work = useQuery(workQuery(me.id)).data ?? [];
  const isAdministrator = useQuery(administratorQuery(me.id)).data ?? false;
  const navigate = useNavigate();
  const open = (conversation: Conversation | undefined) =>
    conversation && navigate({ to: '/workspace/s/$sessionId', params: { sessionId: conversation.id } });
  const digits: Shortcuts = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [String(index + 1), () => open(work[index])]),
  );
  useShortcuts({ ...digits, '0': () => navigate({ to: '/workspace/home' }) });
  return (
    <nav className={styles.nav} data-rail={isRail} aria-label="Workspace">
      <NavLink to="/workspace/home" aria-label="Home">
        <HomeRegular aria-hidden />
        <span className={styles.navText}>Home</span>
      </NavLink>
      <div className={styles.navHead}>
        <h2>Sessions</h2>
        <span>{`${work.length} of ${mostSessions}`}</span>
      </div>
      <ul aria-label="Sessions" className={styles.sessions}>
        {work.map((conversation) => (
          <li key={conversation.id}>
            <SessionLink conversation={conversation} />
          </li>
        ))}
      </ul>
      <div className={styles.navHead}>
        <h2>Tools</h2>
      </div>
      <NavLink to="/explorer" aria-label="Data-flow explorer">
        <FlowchartRegular aria-hidden />
        <span className={styles.navText}>Data-flow explorer</span>
      </NavLink>
      {isAdministrator && (
        <NavLink to="/requests" aria-label="Requests">
          <DocumentBulletListRegular aria-hidden />
          <span className={styles.navText}>Requests</span>
        </NavLink>
      )}
      <PhoneStatus onSetUp={onSetUp} />
    </nav>
  );
}

/** Reading the conversation by itself makes the stream listen to it, also while another session is on the screen. */
function SessionLink({ conversation: listed }: { readonly conversation: Conversation }) {
  const conversation = useQuery({ ...conversationQuery(listed.id), initialData: listed }).data;
  const name = conversation.customer?.name ?? conversation.subject.split(':')[0] ?? conversation.subject;
  const isWrapUp = conversation.status === status.wrapUp;
  const joinedOn = useAgentPart(conversation)?.joinedOn ?? null;
  const since = isWrapUp ? conversation.wrapUpOn : joinedOn;
  return (
    <NavLink
      to="/workspace/s/$sessionId"
      params={{ sessionId: conversation.id }}
      className={styles.session}
      aria-label={`${name}, ${isWrapUp ? 'wrap-up' : 'voice call'}`}
    >
      <span className={styles.sessionIcon} data-state={isWrapUp ? 'wrap-up' : 'active'} aria-hidden>
        <CallRegular />
      </span>
      <span className={styles.navText}>
        <strong>{name}</strong>
        <span>
          {isWrapUp ? 'Wrap-up' : 'Voice'}
          {since !== null && (
            <>
              {' · '}
              <Elapsed since={since} name="Time in state" />
            </>
          )}
        </span>
      </span>
    </NavLink>
  );
}
