import { definitionMarks } from '../../tables/index.ts';
import { metadataChanges } from '../metadata/changes.ts';
import type { Perform } from '../operation.ts';

/** Definitions by a query, and what was changed and deleted since a stamp. Shape: Query?, ClientVersionStamp? →
 *  {EntityMetadata, ServerVersionStamp, DeletedMetadata}. Refuses definitionInvalid, versionStampExpired.
 *  Source: webapi.md §11. */
export const RetrieveMetadataChanges: Perform = async ({ parameters }) =>
  metadataChanges(
    parameters.object('Query') ?? {},
    parameters.text('ClientVersionStamp'),
    definitionMarks(),
    new Date(),
  );
