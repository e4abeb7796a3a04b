import { activitymimeattachment } from '../../tables/platform/index.ts';
import { beginBodyDownload } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Begins a download by blocks of the file of an attachment.
 *  Shape: {Target} → {FileContinuationToken, FileName, FileSizeInBytes}. Refuses recordNotFound, fileNotFound,
 *  privilegeMissing, accessDenied. Source: published action reference. */
export const InitializeAttachmentBlocksDownload: Perform = (call) =>
  beginBodyDownload(call, activitymimeattachment);
