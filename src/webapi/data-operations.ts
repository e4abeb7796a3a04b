import { BulkDelete } from './actions/BulkDelete.ts';
import { PublishDuplicateRule } from './actions/PublishDuplicateRule.ts';
import { UnpublishDuplicateRule } from './actions/UnpublishDuplicateRule.ts';
import { RetrieveDuplicates } from './functions/RetrieveDuplicates.ts';
import { RetrieveExchangeRate } from './functions/RetrieveExchangeRate.ts';
import type { Perform } from './operation.ts';

/** What carries out the operations of plan/data-operations.ts, by wire name. */
export const dataHandlers: readonly (readonly [string, Perform])[] = [
  ['BulkDelete', BulkDelete],
  ['PublishDuplicateRule', PublishDuplicateRule],
  ['UnpublishDuplicateRule', UnpublishDuplicateRule],
  ['RetrieveDuplicates', RetrieveDuplicates],
  ['RetrieveExchangeRate', RetrieveExchangeRate],
];
