import { RetrieveMetadataChanges } from '../functions/RetrieveMetadataChanges.ts';
import type { Perform } from '../operation.ts';
import {
  DeleteOptionValue,
  InsertOptionValue,
  InsertStatusValue,
  OrderOption,
  PublishAllXml,
  PublishXml,
  UpdateOptionValue,
} from './option-actions.ts';

/** The operations on definitions, by wire name. */
export const definitionHandlers: readonly (readonly [string, Perform])[] = [
  ['InsertOptionValue', InsertOptionValue],
  ['UpdateOptionValue', UpdateOptionValue],
  ['DeleteOptionValue', DeleteOptionValue],
  ['OrderOption', OrderOption],
  ['InsertStatusValue', InsertStatusValue],
  ['PublishXml', PublishXml],
  ['PublishAllXml', PublishAllXml],
  ['RetrieveMetadataChanges', RetrieveMetadataChanges],
];
