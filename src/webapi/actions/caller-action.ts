import type { CallerEvent } from '../../conversation/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { boundRow, type OperationCall } from '../operation.ts';

/** What every event about the caller of a conversation says: which one, who asks, and whether they supervise, as those do
 *  who may come into calls by themselves. */
export function askedBy(call: OperationCall): Pick<CallerEvent, 'conversation' | 'agent' | 'supervises'> {
  return { conversation: boundRow(call).id, agent: call.caller.userId, supervises: supervises(call) };
}

function supervises({ exchange }: OperationCall): boolean {
  try {
    exchange.guarding.access.rule(wirechief_callparty, 'create');
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
