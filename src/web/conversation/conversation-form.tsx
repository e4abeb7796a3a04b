/** The conversation as a record: Details and Conversation Journey. Source: ui.md §3. */
import { Avatar, Tab, TabList } from '@fluentui/react-components';
import { CallRegular } from '@fluentui/react-icons/lib/atoms/svg/call';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { JourneyView } from '../journey/journey-view.tsx';
import { formatDateTime, formatDuration } from '../kit/format.ts';
import { IdChip } from '../kit/id-chip.tsx';
import { LinkButton } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import { Loaded } from '../kit/states.tsx';
import styles from './conversation-form.module.css';
import { conversationQuery, engagementQuery } from './queries.ts';
import type { Conversation } from './rows.ts';
import { StatePill } from './state-pill.tsx';

const tabs = { details: 'Details', journey: 'Conversation Journey' } as const;

/** A tab of the form, as it stands in the address. */
export type FormTab = keyof typeof tabs;

/** Whether an address names a tab of the form. */
export function isFormTab(value: string | undefined): value is FormTab {
  return value !== undefined && Object.hasOwn(tabs, value);
}

/** A conversation on its own: /conversations/$id/$tab. */
export function ConversationRoute() {
  const { id, tab } = useParams({ from: '/shell/conversations/$id/$tab' });
  const navigate = useNavigate();
  const query = useQuery(conversationQuery(id));
  return (
    <Loaded query={query} what="the conversation">
      {(conversation) => (
        <ConversationForm
          conversation={conversation}
          tab={isFormTab(tab) ? tab : 'details'}
          onTab={(next) =>
            void navigate({ to: '/conversations/$id/$tab', params: { id, tab: next }, replace: true })
          }
        />
      )}
    </Loaded>
  );
}

/** The form. */
export function ConversationForm({
  conversation,
  tab,
  onTab,
}: {
  readonly conversation: Conversation;
  readonly tab: FormTab;
  readonly onTab: (tab: FormTab) => void;
}) {
  const regarding = conversation.customer?.name;
  return (
    <div className={page.page}>
      <div className={styles.head}>
        <Avatar icon={<CallRegular />} size={48} color="brand" aria-hidden />
        <div>
          <h1 className={page.title}>{conversation.subject}</h1>
          <p className={page.quiet}>
            {`Conversation · ${conversation.channel}${regarding === undefined || regarding === null ? '' : ` · regarding ${regarding}`}`}
          </p>
        </div>
        <div className={styles.actions}>
          <StatePill conversation={conversation} />
          <LinkButton to="/explorer/$conversationId" params={{ conversationId: conversation.id }}>
            Explore data flow
          </LinkButton>
        </div>
      </div>
      <TabList
        aria-label="Conversation"
        selectedValue={tab}
        onTabSelect={(_, { value }) => {
          const next = String(value);
          if (isFormTab(next)) onTab(next);
        }}
      >
        {Object.entries(tabs).map(([value, name]) => (
          <Tab key={value} value={value}>
            {name}
          </Tab>
        ))}
      </TabList>
      {tab === 'journey' ? (
        <JourneyView conversation={conversation} />
      ) : (
        <Details conversation={conversation} />
      )}
    </div>
  );
}

function Details({ conversation }: { readonly conversation: Conversation }) {
  const engagement = useQuery(engagementQuery(conversation.id)).data;
  const when = (instant: Date | null) => (instant === null ? null : formatDateTime(instant));
  const lasting = (seconds: number | null) => (seconds === null ? null : formatDuration(seconds * 1000));
  const facts: readonly (readonly [string, string | null])[] = [
    ['Subject', conversation.subject],
    ['Caller', engagement?.from ?? null],
    ['Number dialled', engagement?.to ?? null],
    ['Call identifier', engagement?.call ?? null],
    ['Customer', conversation.customer?.name ?? null],
    ['Workstream', conversation.workstream?.name ?? null],
    ['Queue', conversation.queue?.name ?? null],
    ['Agent', conversation.agent?.name ?? null],
    ['Initiated', when(conversation.createdOn)],
    ['Agent assigned', when(conversation.agentAssignedOn)],
    ['Wrap-up began', when(conversation.wrapUpOn)],
    ['Closed', when(conversation.closedOn)],
    ['Talk time', lasting(conversation.talkSeconds)],
    ['Hold time', lasting(conversation.holdSeconds)],
    ['Abandoned', conversation.isAbandoned ? 'Yes' : 'No'],
  ];
  return (
    <section className={page.card} aria-label="Details">
      <dl className={page.facts}>
        <dt>Conversation</dt>
        <dd>
          <IdChip id={conversation.id} isWhole />
        </dd>
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
    </section>
  );
}
