import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { count, rowsOf, signIn } from '../../test/engine/front-desk.ts';

const at = deskOfTests();

describe('in conversation (behaviour.md §1.2, §1.8, §3.9)', () => {
  it('what does not fit is refused in words', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.talking();
    const [, other = ''] = at.desk.ids.agents;
    await expect(at.run({ type: 'HoldRequested', conversation, agent: other })).rejects.toThrow(
      'This is the call of Agent 1',
    );
    await expect(at.run({ type: 'AgentAccepted', conversation, agent: other })).rejects.toThrow(
      'call of Agent 1',
    );
    await expect(at.run({ type: 'VariableSet', conversation, name: 'va_Scope', value: 'x' })).rejects.toThrow(
      'in conversation',
    );
    const nowhere = randomUUID();
    await expect(at.run({ type: 'AgentEnded', conversation: nowhere, agent: other })).rejects.toThrow(
      'Does Not Exist',
    );
  });

  it('hold twice is hold, unhold twice is unhold', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    at.effects();
    await at.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    await at.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    await at.run({ type: 'UnholdRequested', conversation, agent: at.agent() });
    await at.run({ type: 'UnholdRequested', conversation, agent: at.agent() });
    expect(at.effects()).toEqual(['Arrange', 'Arrange']);
    expect(await count(at.desk, 'msdyn_ocsessionparticipantevent')).toBe(1);
  });

  it('the agent ends it: wrap-up, reason AgentMovedToWrapUp, session AgentEndConversation', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.wrapUp();
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 5, msdyn_statuschangereason: 192350005 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350021 });
    expect(at.effects().slice(-1)).toEqual(['Release']);
  });

  it('closing the session without End sends the call back to its queue (§11 choice 1)', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.talking();
    await signIn(at.desk, at.agent(1));
    at.effects();
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350004, statecode: 1 });
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: at.agent(1) });
    expect(at.effects()).toEqual(['Arrange', 'RingAgent']);
  });
});
