/** Numbers are those of docs/differences.md. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wirechief_callcontrol } from '../../src/tables/wirechief/wirechief_callcontrol.ts';
import { deskOfTests } from '../engine/desk.ts';
import { number, rowsOf, signIn } from '../engine/front-desk.ts';
import { makeOutboundProfile } from '../engine/outbound.ts';

const test = deskOfTests();

/** Agent 1 calls; two of their profiles list Denmark, by any separator. */
async function dial() {
  await test.open();
  const agents = [test.agent()];
  const wishes = { agents, countries: '["DK";"SE"]' };
  const chosen = await makeOutboundProfile(test.store, { ...wishes, name: 'A', number: '+4570000201' });
  await makeOutboundProfile(test.store, { ...wishes, name: 'B', number: '+4570000202' });
  await signIn(test.desk, test.agent());
  const conversation = randomUUID();
  await test.run({
    type: 'CustomerDialled',
    conversation,
    agent: test.agent(),
    number: number.caller,
    profile: null,
  });
  return { conversation, chosen };
}

describe('calls to customers differ from the product', () => {
  it('88 an outbound profile is a workstream of direction Outbound: the first by name that lists the country', async () => {
    const { conversation, chosen } = await dial();
    expect((await rowsOf(test.desk, conversation)).row.msdyn_liveworkstreamid).toBe(chosen);
  });

  it('89 who does not pick up leaves the conversation in wrap-up, and the call control says why', async () => {
    const { conversation } = await dial();
    await test.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'busy', refused: 486 });
    const { row, sessions, participants } = await rowsOf(test.desk, conversation);
    expect(row.statuscode).toBe(5);
    expect(sessions[0]?.msdyn_closurereason).toBe(192350005);
    expect(participants[0]?.msdyn_assignreason).toBeNull();
    const control = await test.store.row(wirechief_callcontrol, conversation);
    expect(control?.wirechief_dialoutcome).toBe(2);
  });
});
