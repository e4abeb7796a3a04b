/** Time-out rules: who wrote last is kept, the next rule that is due wakes the conversation up, and then it is closed, put
 *  aside or given back. Messaging only. Source: behaviour.md §1.4, §2.2. */
import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { change, closure, creation, sessionEvent, status } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { Situation } from '../situation.ts';
import { nextRuleOn, ruleAt, type Silence } from '../timeout-rules.ts';
import { type Context, timerKey } from './context.ts';
import { closeNow } from './end.ts';
import { author } from './last-message.ts';
import { putAside } from './messages.ts';
import { requeue } from './requeue.ts';

const reasons = {
  customer: closure.customerNonResponseTimeoutRule,
  representative: closure.agentNonResponseTimeoutRule,
} as const;

/** A rule may be due: the last one that is gets carried out. */
export function timeoutRuleComes(context: Context): void {
  const { situation, draft, now } = context;
  const { conversation, timeoutRules } = situation;
  const rule = ruleAt(timeoutRules, silenceOf(draft, situation), now);
  if (rule === null) return;
  const closed = reasons[rule.waitsFor];
  if (rule.action === 'wait') putAside(context, closed);
  else if (rule.action === 'release')
    requeue(context, {
      closure: closed,
      event: sessionEvent.sessionEnd,
      creation: creation.default,
      leftOnReason: null,
      declined: false,
    });
  else
    closeNow(context, {
      closure: closed,
      event: sessionEvent.expiredConversationClose,
      change:
        conversation.statuscode === status.waiting ? change.autoClosedFromWaiting : change.autoClosedBySystem,
      by: 'system',
      release: null,
    });
}

/** Sets the timer of the next rule, whatever has just happened: rules that are changed count from the next event on. */
export function keepTimeoutRules(draft: Draft, situation: Situation): void {
  const { conversation, timeoutRules } = situation;
  if (timeoutRules.length === 0) return;
  const id = conversation.activityid ?? '';
  const key = timerKey.timeoutRule(id);
  const due = nextRuleOn(timeoutRules, silenceOf(draft, situation));
  if (due === null) draft.cancelTimer(key);
  else draft.setTimer(key, due, { type: 'TimeoutRuleDue', conversation: id });
}

/** The silence as it is after what this decision has written so far. A customer who wrote nothing since they came is who
 *  wrote last. */
function silenceOf(draft: Draft, { conversation, participant, offer, room }: Situation): Silence {
  const id = conversation.activityid ?? '';
  const changes = draft.values(msdyn_ocliveworkitem, id);
  const control = { ...room.control, ...draft.values(wirechief_callcontrol, id) };
  const state = changes?.statuscode ?? conversation.statuscode;
  const acceptsNow = changes?.msdyn_statuschangereason === change.inConversation;
  const joinedOn = offer || changes?.statuscode != null ? null : (participant?.msdyn_joinedon ?? null);
  const acceptedOn = acceptsNow ? draft.now : joinedOn;
  return {
    of: control.wirechief_lastmessageby === author.representative ? 'customer' : 'representative',
    since: control.wirechief_lastmessageon ?? new Date(0),
    acceptedOn: state === status.active ? acceptedOn : null,
    open: state !== status.closed && state !== status.wrapUp,
  };
}
