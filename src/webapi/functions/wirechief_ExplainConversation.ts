import { readExplanation } from '../../conversation/index.ts';
import { boundRow, type Perform } from '../operation.ts';
import { readOnly } from '../read-only.ts';

/** Why a conversation went where it went, stage by stage. Whoever may read the conversation may ask.
 *  Shape: msdyn_ocliveworkitems(c)/wirechief_ExplainConversation() → src/tables/why-trace.ts, Explanation.
 *  Refuses recordNotFound, accessDenied, privilegeMissing. Source: mission row B3; behaviour.md §4.11. */
export const wirechief_ExplainConversation: Perform = (call) =>
  readOnly(call.exchange, (reader) => readExplanation(reader, boundRow(call).id));
