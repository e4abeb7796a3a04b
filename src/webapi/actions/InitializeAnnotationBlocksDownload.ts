import { annotation } from '../../tables/dataverse/index.ts';
import { beginBodyDownload } from '../files/body-blocks.ts';
import type { Perform } from '../operation.ts';

/** Begins a download by blocks of the file of a note.
 *  Shape: {Target} → {FileContinuationToken, FileName, FileSizeInBytes}. Refuses recordNotFound, fileNotFound,
 *  privilegeMissing, accessDenied. Source: published action reference. */
export const InitializeAnnotationBlocksDownload: Perform = (call) => beginBodyDownload(call, annotation);
