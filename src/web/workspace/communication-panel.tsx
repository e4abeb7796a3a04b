import { Avatar, Button } from '@fluentui/react-components';
import { PanelLeftContractRegular } from '@fluentui/react-icons/lib/atoms/svg/panel-left-contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { engagementQuery } from '../conversation/queries.ts';
import type { Conversation } from '../conversation/rows.ts';
import { useAgentPart } from '../conversation/use-agent-part.ts';
import { Elapsed } from '../kit/elapsed.tsx';
import { formatDuration } from '../kit/format.ts';
import page from '../kit/page.module.css';
import { useStore } from '../kit/use-store.ts';
import { useLive } from '../shell/live-context.tsx';
import { useCallAction } from './call-actions.ts';
import { CallControls } from './call-controls.tsx';
import styles from './panel.module.css';
import { type PanelState, panelState } from './panel-state.ts';

const words: { readonly [state in PanelState]: string } = {
  waiting: 'Waiting',
  connecting: 'Connecting…',
  talking: 'In conversation',
  held: 'On hold',
  ending: 'Ending…',
  wrapUp: 'Wrap-up',
  closed: 'Closed',
};

/** The call of a workspace session: who, how long, the controls; after the call, the way to close. */
export function CommunicationPanel({
  conversation,
  onMinimise,
}: {
  readonly conversation: Conversation;
  readonly onMinimise: () => void;
}) {
  const { live } = useLive();
  const { call, isMuted } = useStore(live.phone.state);
  const engagement = useQuery(engagementQuery(conversation.id)).data;
  const action = useCallAction(conversation.id);
  const state = panelState(conversation, call);
  const from = engagement?.from ?? 'Number withheld';
  const name = conversation.customer?.name ?? engagement?.callerName ?? from;
  const isUp = state === 'connecting' || state === 'talking' || state === 'held';
  return (
    <section className={styles.panel} aria-label="Communication panel">
      <div className={styles.caller}>
        <Avatar name={name} size={40} color="colorful" aria-hidden />
        <div className={styles.who}>
          <strong>{name}</strong>
          <span>{`${from} · ${conversation.channel}`}</span>
        </div>
        <div className={styles.clock}>
          <PanelClock conversation={conversation} state={state} />
        </div>
        <div className={styles.chips}>
          <span className={styles.chip} role="status">
            {words[state]}
          </span>
          {state === 'held' && call.since !== undefined && (
            <span className={styles.chip}>
              <Elapsed since={new Date(call.since)} name="Hold time" />
            </span>
          )}
        </div>
        <Button
          className={styles.minimise}
          appearance="transparent"
          size="small"
          icon={<PanelLeftContractRegular />}
          aria-label="Minimise the communication panel"
          onClick={onMinimise}
        />
      </div>
      {isUp && (
        <CallControls
          isHeld={state === 'held'}
          isConnected={state !== 'connecting'}
          pending={action.isPending ? action.variables : null}
          onAction={action.mutate}
        />
      )}
      {action.error !== null && (
        <p role="alert" className={styles.problem}>
          {action.error.message}
        </p>
      )}
      <div className={styles.rest}>
        {state === 'wrapUp' || state === 'ending' ? (
          <WrapUp conversation={conversation} isReady={state === 'wrapUp'} />
        ) : (
          <p className={page.quiet}>{restText(state, isMuted)}</p>
        )}
      </div>
    </section>
  );
}

function restText(state: PanelState, isMuted: boolean): string {
  if (state === 'held') return 'The caller hears music. Press Hold again to go on talking.';
  if (state === 'connecting') return 'The call is yours. Sound is on its way.';
  if (state === 'closed') return 'This conversation is closed.';
  if (state === 'waiting') return 'Nobody has answered yet.';
  return isMuted ? 'You are muted: the caller does not hear you.' : 'You and the caller hear each other.';
}

/** In a call: since you joined it. In wrap-up: how long you talked. */
function PanelClock({
  conversation,
  state,
}: {
  readonly conversation: Conversation;
  readonly state: PanelState;
}) {
  const mine = useAgentPart(conversation);
  if (mine?.joinedOn == null) return null;
  if (state === 'talking' || state === 'held' || state === 'connecting') {
    return <Elapsed since={mine.joinedOn} name="Call time" />;
  }
  return (
    <span role="timer" aria-label="Talk time" className={page.number}>
      {formatDuration(mine.talkSeconds * 1000)}
    </span>
  );
}

function WrapUp({
  conversation,
  isReady,
}: {
  readonly conversation: Conversation;
  readonly isReady: boolean;
}) {
  const action = useCallAction(conversation.id);
  const navigate = useNavigate();
  const close = () =>
    action.mutate('wirechief_CloseSession', { onSuccess: () => navigate({ to: '/workspace/home' }) });
  return (
    <div className={styles.wrapUp}>
      <h2>Wrap-up</h2>
      <p>
        The call is over.{' '}
        {conversation.wrapUpOn !== null && (
          <>
            In wrap-up for <Elapsed since={conversation.wrapUpOn} name="Wrap-up time" />.
          </>
        )}
      </p>
      <p>Closing the session closes the conversation and makes room for the next one.</p>
      <Button appearance="primary" disabled={!isReady || action.isPending} onClick={close}>
        Close session
      </Button>
      {action.error !== null && (
        <p role="alert" className={styles.problem}>
          {action.error.message}
        </p>
      )}
    </div>
  );
}
