import { BulkDelete } from './actions/BulkDelete.ts';
import { CommitAnnotationBlocksUpload } from './actions/CommitAnnotationBlocksUpload.ts';
import { CommitAttachmentBlocksUpload } from './actions/CommitAttachmentBlocksUpload.ts';
import { InitializeAnnotationBlocksDownload } from './actions/InitializeAnnotationBlocksDownload.ts';
import { InitializeAnnotationBlocksUpload } from './actions/InitializeAnnotationBlocksUpload.ts';
import { InitializeAttachmentBlocksDownload } from './actions/InitializeAttachmentBlocksDownload.ts';
import { InitializeAttachmentBlocksUpload } from './actions/InitializeAttachmentBlocksUpload.ts';
import { PublishDuplicateRule } from './actions/PublishDuplicateRule.ts';
import { SetLocLabels } from './actions/SetLocLabels.ts';
import { UnpublishDuplicateRule } from './actions/UnpublishDuplicateRule.ts';
import { CalculateRollupField } from './functions/CalculateRollupField.ts';
import { RetrieveDuplicates } from './functions/RetrieveDuplicates.ts';
import { RetrieveExchangeRate } from './functions/RetrieveExchangeRate.ts';
import { RetrieveLocLabels } from './functions/RetrieveLocLabels.ts';
import type { Perform } from './operation.ts';

/** What carries out the operations of plan/data-operations.ts, by wire name. */
export const dataHandlers: readonly (readonly [string, Perform])[] = [
  ['BulkDelete', BulkDelete],
  ['InitializeAnnotationBlocksUpload', InitializeAnnotationBlocksUpload],
  ['CommitAnnotationBlocksUpload', CommitAnnotationBlocksUpload],
  ['InitializeAnnotationBlocksDownload', InitializeAnnotationBlocksDownload],
  ['InitializeAttachmentBlocksUpload', InitializeAttachmentBlocksUpload],
  ['CommitAttachmentBlocksUpload', CommitAttachmentBlocksUpload],
  ['InitializeAttachmentBlocksDownload', InitializeAttachmentBlocksDownload],
  ['PublishDuplicateRule', PublishDuplicateRule],
  ['UnpublishDuplicateRule', UnpublishDuplicateRule],
  ['RetrieveDuplicates', RetrieveDuplicates],
  ['RetrieveLocLabels', RetrieveLocLabels],
  ['SetLocLabels', SetLocLabels],
  ['CalculateRollupField', CalculateRollupField],
  ['RetrieveExchangeRate', RetrieveExchangeRate],
];
