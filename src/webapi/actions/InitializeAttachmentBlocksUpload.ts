import { activitymimeattachment } from '../../tables/platform/index.ts';
import { beginBody } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Begins an upload by blocks of the file of an attachment.
 *  Shape: {Target} → {FileContinuationToken}. Refuses fileBlocked, privilegeMissing, accessDenied, invalidArgument.
 *  Source: published action reference. */
export const InitializeAttachmentBlocksUpload: Perform = async (call) => ({
  FileContinuationToken: await beginBody(call, activitymimeattachment),
});
