/** Whether a conversation that ends now was abandoned: the one place that says so. Source: behaviour.md §1.7. */
import { status } from '../choices.ts';
import type { Situation } from '../situation.ts';

/** Who or what ended it. `customer`: left or was lost. `overflow`: a rule ended it. `system`: a limit, a failure, a
 *  queue that nobody could ever serve. `other`: nobody gave up, because the bot was done, a message was taken, a number
 *  outside answered, or somebody closed the rows by hand. */
export type EndedBy = 'customer' | 'supervisor' | 'overflow' | 'system' | 'other';

/** What it depends on. */
type Ended = Pick<Situation, 'kind' | 'conversation' | 'workstream' | 'session' | 'participant'>;

/** Only what came in and was accepted by nobody. Inside the bot nothing is abandoned; after it the customer's leaving, a
 *  supervisor and an overflow count; without a bot, or before one had it, what the system ends does too. */
export function isAbandoned(ended: Ended, by: EndedBy): boolean {
  const { kind, conversation, workstream, session } = ended;
  if (kind === 'record' || conversation.msdyn_isoutbound === true) return false;
  if (conversation.msdyn_isagentaccepted === true) return false;
  switch (by) {
    case 'customer':
    case 'supervisor':
      return !isWithBot(ended);
    case 'overflow':
      return true;
    case 'system':
      return workstream.msdyn_bot_user === null || session === null;
    case 'other':
      return false;
  }
}

/** An open conversation that somebody takes part in is the bot's. */
const isWithBot = ({ conversation, participant }: Ended): boolean =>
  conversation.statuscode === status.open && participant !== null;
