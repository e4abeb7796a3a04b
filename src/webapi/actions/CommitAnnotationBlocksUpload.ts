import { annotation } from '../../tables/dataverse/index.ts';
import { commitBody } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Makes the uploaded blocks the file of a note, which is made from the Target where it is not there.
 *  Shape: {Target, BlockList, FileContinuationToken} → {AnnotationId, FileSizeInBytes}. Refuses invalidArgument,
 *  fileTooLarge, fileBlocked, and what a write of the row refuses. Source: published action reference. */
export const CommitAnnotationBlocksUpload: Perform = async (call) => {
  const { id, size } = await commitBody(call, annotation);
  return { AnnotationId: id, FileSizeInBytes: size };
};
