/** Which server process holds the sound of a call and the page of a person, where several share one database: columns of
 *  ours on two tables of the product. Source: docs/decisions/0011-several-servers.md. */
import { msdyn_agentstatus } from '../dataverse/msdyn_agentstatus.ts';
import { msdyn_ocliveworkitem } from '../dataverse/msdyn_ocliveworkitem.ts';
import type { Column } from '../model.ts';

const node = {
  schemaName: 'wirechief_Node',
  type: 'Uniqueidentifier',
  displayName: 'Node',
  noCreate: true,
  noUpdate: true,
} as const satisfies Column;

/** Conversation with the column of ours: the node that has its call; empty where there is no call. */
export const ownConversation = {
  ...msdyn_ocliveworkitem,
  columns: {
    ...msdyn_ocliveworkitem.columns,
    wirechief_node: { ...node, description: 'The server process that holds the call.' },
  },
} as const;

/** A person's status with the column of ours: the node that their page is connected to; empty while there is none. */
export const ownAgentStatus = {
  ...msdyn_agentstatus,
  columns: {
    ...msdyn_agentstatus.columns,
    wirechief_node: { ...node, description: 'The server process that the softphone is connected to.' },
  },
} as const;
