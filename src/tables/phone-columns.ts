/** The columns that hold telephone numbers as people write them. Beside each the database keeps the same number in E.164,
 *  in a column that is in no table definition: it is neither on the wire nor in the metadata, so that a client reads back
 *  what it wrote, and numbers in any spelling match. Source: behaviour.md §3.2 (numbers in E.164). */

/** By table. Numbers of other people (assistant, manager) and faxes are left out: nobody calls from them. */
export const phoneColumns: Readonly<Record<string, readonly string[]>> = {
  account: [
    ...['telephone1', 'telephone2', 'telephone3'],
    ...['address1_telephone1', 'address1_telephone2', 'address1_telephone3'],
  ],
  contact: [
    ...['mobilephone', 'telephone1', 'telephone2', 'telephone3'],
    ...['address1_telephone1', 'address1_telephone2', 'address1_telephone3'],
  ],
  msdyn_ocphonecallengagementctx: ['msdyn_fromphone'],
};

/** Whether E.164 is kept beside the column. */
export const isPhoneColumn = (table: string, column: string): boolean =>
  phoneColumns[table]?.includes(column) ?? false;

/** What the column of the E.164 number is called in the database. */
export const e164Column = (column: string): string => `${column}@e164`;
