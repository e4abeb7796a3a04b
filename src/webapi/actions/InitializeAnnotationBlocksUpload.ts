import { annotation } from '../../tables/dataverse/index.ts';
import { beginBody } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Begins an upload by blocks of the file of a note.
 *  Shape: {Target} → {FileContinuationToken}. Refuses fileBlocked, privilegeMissing, accessDenied, invalidArgument.
 *  Source: published action reference. */
export const InitializeAnnotationBlocksUpload: Perform = async (call) => ({
  FileContinuationToken: await beginBody(call, annotation),
});
