/** Numbers are those of docs/differences.md. */

import { describe, expect, it } from 'vitest';
import { msdyn_ocliveworkitem } from '../../src/tables/dataverse/index.ts';
import { deskOfTests } from '../engine/desk.ts';

const test = deskOfTests();

describe('a live conversation and writes by hand', () => {
  it('32 it is closed, not moved', async () => {
    await test.open();
    const id = await test.talking();
    const write = (statuscode: 4 | 5) =>
      test.store.transact({ actor: test.agent(), cause: 'PATCH' }, (transaction) =>
        transaction.update(msdyn_ocliveworkitem, id, { statuscode }),
      );
    await expect(write(5)).rejects.toMatchObject({ key: 'notImplemented', status: 501 });
    test.effects();
    await write(4);
    await test.desk.engine.idle();
    expect(test.effects()).toEqual(['Release']);
  });
});
