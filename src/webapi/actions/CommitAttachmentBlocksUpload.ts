import { activitymimeattachment } from '../../tables/platform/index.ts';
import { commitBody } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Makes the uploaded blocks the file of an attachment, which is made from the Target where it is not there.
 *  Shape: {Target, BlockList, FileContinuationToken} → {ActivityMimeAttachmentId, FileSizeInBytes}. Refuses invalidArgument,
 *  fileTooLarge, fileBlocked, and what a write of the row refuses. Source: published action reference. */
export const CommitAttachmentBlocksUpload: Perform = async (call) => {
  const { id, size } = await commitBody(call, activitymimeattachment);
  return { ActivityMimeAttachmentId: id, FileSizeInBytes: size };
};
