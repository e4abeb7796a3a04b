import { describe, expect, expectTypeOf, it } from 'vitest';
import { choices, entitySets, type WireRow, type WireValues } from './for-users.ts';
import { tables } from './index.ts';

describe('types for users', () => {
  it('choices are constants by label, the very numbers of the definitions', () => {
    expect(choices.msdyn_ocliveworkitem.statuscode.Active).toBe(2);
    expectTypeOf(choices.msdyn_ocliveworkitem.statuscode.Active).toEqualTypeOf<2>();
    expect(choices.contact.statecode.Inactive).toBe(1);
    for (const [name, columns] of Object.entries(choices))
      for (const [column, values] of Object.entries(columns as Record<string, Record<string, number>>))
        for (const [label, value] of Object.entries(values))
          expect(tables.get(name)?.columns[column]?.options).toContainEqual(
            expect.objectContaining({ label, value }),
          );
    expect(entitySets.msdyn_ocliveworkitem).toBe('msdyn_ocliveworkitems');
  });

  it('rows are shaped as on the wire', () => {
    type Contact = WireRow<'contact'>;
    expectTypeOf<Contact['createdon']>().toEqualTypeOf<string | null>();
    expectTypeOf<Contact['_parentcustomerid_value']>().toEqualTypeOf<string | null>();
    expectTypeOf<Contact['statecode']>().toEqualTypeOf<0 | 1 | null>();
    expectTypeOf<Contact['creditonhold']>().toEqualTypeOf<boolean | null>();
    expectTypeOf<Contact>().not.toHaveProperty('parentcustomerid');
    const values: WireValues<'contact'> = {
      lastname: 'Hart',
      'parentcustomerid_account@odata.bind': 'accounts(…)',
    };
    expect(values.lastname).toBe('Hart');
  });
});
