/** The anchor tab: who the customer is, how the conversation got here, what went before. Source: ui.md §3. */
import { Avatar } from '@fluentui/react-components';
import { CallRegular } from '@fluentui/react-icons/lib/atoms/svg/call';
import { useQuery } from '@tanstack/react-query';

import {
  contactQuery,
  engagementQuery,
  sessionsOf,
  timelineQuery,
  variablesQuery,
} from '../conversation/queries.ts';
import { type Conversation, status } from '../conversation/rows.ts';
import { StatePill } from '../conversation/state-pill.tsx';
import { Elapsed } from '../kit/elapsed.tsx';
import { formatDateTime, formatDuration } from '../kit/format.ts';
import { IdChip } from '../kit/id-chip.tsx';
import { LinkButton, TextLink } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import { Loaded } from '../kit/states.tsx';
import styles from './session.module.css';

/** Customer, conversation summary, timeline. */
export function CustomerSummary({ conversation }: { readonly conversation: Conversation }) {
  const engagement = useQuery(engagementQuery(conversation.id)).data;
  const contact = conversation.customer?.table === 'contact' ? conversation.customer : null;
  const from = engagement?.from ?? null;
  const name = conversation.customer?.name ?? from ?? 'Unknown caller';
  const how =
    conversation.customer === null
      ? 'Not identified'
      : `Contact${from === null ? '' : ` · identified by ${from}`}`;
  return (
    <div className={styles.summary}>
      <div className={styles.head}>
        <Avatar name={name} size={48} color="colorful" aria-hidden />
        <div>
          <h1>{name}</h1>
          <p className={page.quiet}>{how}</p>
        </div>
        <LinkButton
          className={styles.headActions}
          to="/explorer/$conversationId"
          params={{ conversationId: conversation.id }}
        >
          Explore data flow
        </LinkButton>
      </div>
      <div className={styles.columns}>
        {contact === null ? <UnknownCustomer from={from} /> : <Customer contact={contact.id} />}
        <Summary conversation={conversation} />
        {contact !== null && <Timeline contact={contact.id} />}
      </div>
    </div>
  );
}

function UnknownCustomer({ from }: { readonly from: string | null }) {
  return (
    <section className={page.card} aria-labelledby="customer">
      <h2 id="customer" className={page.cardTitle}>
        Customer
      </h2>
      <p className={page.quiet}>
        {from === null
          ? 'The caller withheld the number.'
          : `Not identified: ${from} is no contact’s mobile number.`}
      </p>
    </section>
  );
}

function Customer({ contact }: { readonly contact: string }) {
  const query = useQuery(contactQuery(contact));
  return (
    <section className={page.card} aria-labelledby="customer">
      <h2 id="customer" className={page.cardTitle}>
        Customer
      </h2>
      <Loaded query={query} what="the customer">
        {(row) => (
          <dl className={page.facts}>
            {(
              [
                ['Name', row.name],
                ['Mobile', row.mobile],
                ['Phone', row.phone],
                ['Email', row.email],
                ['Job title', row.jobTitle],
                ['Account', row.company?.name ?? null],
              ] as const
            )
              .filter(([, value]) => value !== null)
              .map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
          </dl>
        )}
      </Loaded>
    </section>
  );
}

function Summary({ conversation }: { readonly conversation: Conversation }) {
  const sessions = useQuery(sessionsOf(conversation.id)).data ?? [];
  const joined = sessions
    .flatMap((session) => session.participants)
    .find((entry) => !entry.isBot && entry.joinedOn);
  return (
    <section className={page.card} aria-labelledby="conversation-summary">
      <h2 id="conversation-summary" className={page.cardTitle}>
        Conversation summary <StatePill conversation={conversation} />
      </h2>
      <dl className={page.facts}>
        <dt>Conversation</dt>
        <dd>
          <IdChip id={conversation.id} />
        </dd>
        <dt>Workstream</dt>
        <dd>{conversation.workstream?.name ?? 'None'}</dd>
        <dt>Queue</dt>
        <dd>{conversation.queue?.name ?? 'None'}</dd>
        <dt>Wait time</dt>
        <dd>
          <WaitTime conversation={conversation} joinedOn={joined?.joinedOn ?? null} />
        </dd>
        <dt>Agent joined</dt>
        <dd>{joined?.joinedOn == null ? 'Not yet' : formatDateTime(joined.joinedOn)}</dd>
      </dl>
      <h3 className={styles.subhead}>Context variables</h3>
      <Variables conversation={conversation.id} />
    </section>
  );
}

function WaitTime({
  conversation,
  joinedOn,
}: {
  readonly conversation: Conversation;
  readonly joinedOn: Date | null;
}) {
  const { waitSeconds, waitStartedOn } = conversation;
  if (waitSeconds !== null && waitSeconds > 0) return formatDuration(waitSeconds * 1000);
  if (waitStartedOn === null) return 'None';
  if (joinedOn !== null) return formatDuration(joinedOn.getTime() - waitStartedOn.getTime());
  if (conversation.status !== status.open && conversation.status !== status.active) return 'Not answered';
  return <Elapsed since={waitStartedOn} name="Wait time" />;
}

/** The context variables of a conversation with their values. */
export function Variables({ conversation }: { readonly conversation: string }) {
  const query = useQuery(variablesQuery(conversation));
  return (
    <Loaded query={query} what="the context variables">
      {(variables) =>
        variables.length === 0 ? (
          <p className={page.quiet}>None set.</p>
        ) : (
          <dl className={page.facts}>
            {variables.map(({ name, value }) => [
              <dt key={`${name} name`}>{name}</dt>,
              <dd key={name}>{value === '' ? 'Empty' : value}</dd>,
            ])}
          </dl>
        )
      }
    </Loaded>
  );
}

function Timeline({ contact }: { readonly contact: string }) {
  const query = useQuery(timelineQuery(contact));
  return (
    <section className={page.card} aria-labelledby="timeline">
      <h2 id="timeline" className={page.cardTitle}>
        Timeline
      </h2>
      <Loaded query={query} what="the timeline">
        {(conversations) => (
          <ol className={styles.timeline}>
            {conversations.map((entry) => (
              <li key={entry.id} className={styles.entry}>
                <span className={styles.entryIcon} aria-hidden>
                  <CallRegular />
                </span>
                <span>
                  <TextLink to="/conversations/$id/$tab" params={{ id: entry.id, tab: 'journey' }}>
                    <strong>{`Conversation ${entry.statusLabel}`}</strong>
                  </TextLink>
                  <span>{`${entry.channel} · ${entry.queue?.name ?? 'no queue'}`}</span>
                  <br />
                  <span className={page.quiet}>
                    {entry.createdOn === null ? '' : formatDateTime(entry.createdOn)}
                  </span>
                </span>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </section>
  );
}
