import { formatDateTime } from '../kit/format.ts';
import { TextLink } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import type { Conversation } from './rows.ts';
import { StatePill } from './state-pill.tsx';

/** Conversations as a table. `target`: where a row's link leads. */
export function ConversationTable({
  conversations,
  caption,
  target,
}: {
  readonly conversations: readonly Conversation[];
  readonly caption: string;
  readonly target: 'session' | 'journey';
}) {
  return (
    <div className={page.scroll}>
      <table className={page.table} aria-label={caption}>
        <thead>
          <tr>
            <th scope="col">Conversation</th>
            <th scope="col">State</th>
            <th scope="col">Queue</th>
            <th scope="col">Agent</th>
            <th scope="col">Started</th>
            <th scope="col">Data flow</th>
          </tr>
        </thead>
        <tbody>
          {conversations.map((conversation) => (
            <tr key={conversation.id}>
              <td>
                {target === 'session' ? (
                  <TextLink to="/workspace/s/$sessionId" params={{ sessionId: conversation.id }}>
                    {conversation.subject}
                  </TextLink>
                ) : (
                  <TextLink to="/conversations/$id/$tab" params={{ id: conversation.id, tab: 'journey' }}>
                    {conversation.subject}
                  </TextLink>
                )}
              </td>
              <td>
                <StatePill conversation={conversation} />
              </td>
              <td>{conversation.queue?.name ?? ''}</td>
              <td>{conversation.agent?.name ?? ''}</td>
              <td className={page.number}>
                {conversation.createdOn === null ? '' : formatDateTime(conversation.createdOn)}
              </td>
              <td>
                <TextLink
                  to="/explorer/$conversationId"
                  params={{ conversationId: conversation.id }}
                  aria-label={`Explore ${conversation.subject}`}
                >
                  Explore
                </TextLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
