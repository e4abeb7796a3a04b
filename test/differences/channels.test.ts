/** Numbers are those of docs/differences.md. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rankOf, readRuleSet } from '../../src/routing/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { autoClose } from '../engine/auto-close.ts';
import { deskOfTests } from '../engine/desk.ts';
import { rowsOf, signIn } from '../engine/front-desk.ts';
import { rule, xml } from '../engine/rules-xml.ts';

describe('channels, segments and disposition codes', () => {
  const at = deskOfTests();
  const agent = () => at.agent();

  async function taken(channel: number): Promise<string> {
    const conversation = randomUUID();
    await signIn(at.desk, agent());
    await at.run({
      type: 'ConversationArrived',
      conversation,
      workstream: at.desk.ids.direct,
      channel,
      customer: null,
      name: 'Kim Berg',
      context: {},
      record: null,
    });
    await at.run({ type: 'AgentAccepted', conversation, agent: agent() });
    return conversation;
  }

  const segmentsOf = (conversation: string) =>
    at.store.rows(t.msdyn_queueextension, { msdyn_conversationid: conversation });

  it('76 the session of the bot has no queue segment', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    const { sessions } = await rowsOf(at.desk, conversation);
    const [segment] = await segmentsOf(conversation);
    expect(sessions.map(({ msdyn_queueextensionid: id }) => id)).toEqual([
      null,
      segment?.msdyn_queueextensionid,
    ]);
  });

  it('77 a segment that ends because its conversation waits for the customer says so in words of ours', async () => {
    await at.open({ agents: 1 });
    const conversation = await taken(192340000);
    await at.run({ type: 'SessionClosed', conversation, agent: agent() });
    expect(await segmentsOf(conversation)).toMatchObject([
      { msdyn_closurereason: 'AgentMovedConversationToWaiting' },
    ]);
  });

  it('78 a row of live chat does not limit a persistent chat', async () => {
    await at.open({ agents: 1, workstream: { msdyn_conversationmode: 192350001 } });
    await autoClose(at.store, 192360000, { 0: 1, 1: 1, 4: 1 });
    const conversation = await taken(192360000);
    const [timer] = await at.store.query({
      text: 'select due from wirechief.timer where key = $1',
      values: [`lifecycle:${conversation}`],
    });
    const { row } = await rowsOf(at.desk, conversation);
    expect((Number(timer?.due) - Number(row.modifiedon)) / 86_400_000).toBeCloseTo(30, 1);
  });

  it('79 how many disposition codes are too many is asked when the session closes', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.wrapUp();
    for (const code of ['Resolved', 'Called back', 'Sent'])
      await at.store.transact({ actor: agent(), cause: 'test' }, (transaction) =>
        transaction.create(t.msdyn_conversationdispositioncodemap, {
          msdyn_ocliveworkitemid: conversation,
          msdyn_dispositioncodevalue: code,
        }),
      );
    await expect(at.run({ type: 'SessionClosed', conversation, agent: agent() })).rejects.toMatchObject({
      key: 'conflict',
    });
  });

  it('80 the tab of a record that is not resolved cannot be closed', async () => {
    await at.open({ agents: 1 });
    const conversation = await taken(192350000);
    await expect(at.run({ type: 'SessionClosed', conversation, agent: agent() })).rejects.toMatchObject({
      key: 'conflict',
    });
  });

  it('11 a sort goes by the first 100 characters of a text, without regard to case, an absent one first', () => {
    const path = 'msdyn_ocliveworkitem.subject';
    const sorted = `<orderby type="attribute" descending="false">${path}</orderby>`;
    const rules = readRuleSet(xml(rule('', sorted)), null);
    const turn = (...subject: string[]) => rankOf(rules, new Map([[path, subject]])).turn;
    expect(turn('A'.repeat(100))).toEqual(turn(`${'a'.repeat(100)}b`));
    expect(turn()[1]).toBeLessThan(turn('')[1] ?? 0);
  });
});
