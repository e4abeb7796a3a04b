import { Refusal } from '../../tables/index.ts';
import { duplicaterule } from '../../tables/platform/index.ts';
import { publishDuplicateRules } from '../access/privileges.ts';
import { transact } from '../exchange.ts';
import type { Perform } from '../operation.ts';

/** Takes a rule of duplicate detection out of use; one that is not published stays as it is.
 *  Shape: {DuplicateRuleId} → 204. Refuses privilegeMissing, accessDenied, recordNotFound.
 *  Source: published action reference. */
export const UnpublishDuplicateRule: Perform = async ({ exchange, parameters }) => {
  const id = parameters.text('DuplicateRuleId') ?? '';
  exchange.guarding.requirePrivilege(publishDuplicateRules);
  await transact(exchange, async (transaction) => {
    if ((await transaction.lock(duplicaterule, id)) === null)
      throw new Refusal('recordNotFound', 'duplicaterule', id);
    await transaction.update(duplicaterule, id, { statuscode: 0 });
  });
  return null;
};
