/** The columns of ours on tables of the product, as a customization would add them: what a workstream does about callers
 *  nobody knows, and which contacts are only numbers so far; those of node-columns.ts stand beside them. Source:
 *  behaviour.md §9 (off, provisional contact, adopt history). */
import { contact } from '../dataverse/contact.ts';
import { msdyn_liveworkstream } from '../dataverse/msdyn_liveworkstream.ts';
import type { Column, Table } from '../model.ts';
import { ownAgentStatus, ownConversation } from './node-columns.ts';

/** wirechief_unknowncallers of a workstream. `off`, as the product, when it is empty: nothing is created by itself. `ask`:
 *  who takes the call is asked. `automatic`: a provisional contact is made. */
export const unknownCallers = { off: 0, ask: 1, automatic: 2 } as const;

const yesNo = {
  type: 'Boolean',
  options: [
    { value: 1, label: 'Yes' },
    { value: 0, label: 'No' },
  ],
  default: 0,
} as const;

const ofContact = {
  wirechief_isprovisional: {
    schemaName: 'wirechief_IsProvisional',
    displayName: 'Is Provisional',
    description: 'Made for a caller nobody knew: the name is still the number.',
    ...yesNo,
  },
} as const satisfies Readonly<Record<string, Column>>;

const ofWorkstream = {
  wirechief_adopthistory: {
    schemaName: 'wirechief_AdoptHistory',
    displayName: 'Adopt History',
    description: 'A contact made automatically gets the earlier conversations of its number too.',
    ...yesNo,
  },
  wirechief_unknowncallers: {
    schemaName: 'wirechief_UnknownCallers',
    type: 'Picklist',
    displayName: 'Unknown Callers',
    options: [
      { value: unknownCallers.off, label: 'Off' },
      { value: unknownCallers.ask, label: 'Ask' },
      { value: unknownCallers.automatic, label: 'Automatic' },
    ],
  },
} as const satisfies Readonly<Record<string, Column>>;

/** Contact with the columns of ours, for those who write them. */
export const ownContact = { ...contact, columns: { ...contact.columns, ...ofContact } } as const;

/** Workstream with the columns of ours, for those who write them. */
export const ownWorkstream = {
  ...msdyn_liveworkstream,
  columns: { ...msdyn_liveworkstream.columns, ...ofWorkstream },
} as const;

const own: ReadonlyMap<string, Table> = new Map<string, Table>([
  ['contact', ownContact],
  ['msdyn_agentstatus', ownAgentStatus],
  ['msdyn_liveworkstream', ownWorkstream],
  ['msdyn_ocliveworkitem', ownConversation],
]);

/** The table with the columns of ours, if it has some, in alphabetical order. */
export function withOwnColumns(table: Table): Table {
  const whole = own.get(table.logicalName);
  if (whole === undefined) return table;
  const columns = Object.entries(whole.columns).sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...whole, columns: Object.fromEntries(columns) };
}
