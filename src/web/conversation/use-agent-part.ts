import { useQuery } from '@tanstack/react-query';
import { sessionsOf } from './queries.ts';
import type { Conversation, Participant } from './rows.ts';

/** The part of the conversation's present agent: since when, how long talked. Null until one has joined. */
export function useAgentPart(conversation: Conversation): Participant | null {
  const sessions = useQuery(sessionsOf(conversation.id)).data ?? [];
  const agent = conversation.agent?.id;
  const parts = sessions.flatMap((session) => session.participants);
  return parts.findLast((entry) => entry.joinedOn !== null && entry.agent?.id === agent) ?? null;
}
