/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../engine/clocked-desk.ts';
import { rowsOf } from '../engine/front-desk.ts';
import { deeds } from '../engine/transition.ts';

describe('the life of a conversation differs from the product', () => {
  const at = clockedDesk();
  const acts = deeds(at);

  it('81 what a supervisor ends counts as abandoned after a bot too', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.withBot('voice');
    await at.handOver(conversation);
    await acts.forceClose(conversation);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_isabandoned).toBe(true);
  });
});
