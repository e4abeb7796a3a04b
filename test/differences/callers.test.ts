/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/conversation/identify.ts';
import { defaultSearches, readIdentificationRule } from '../../src/conversation/identify-rule.ts';
import { contact as contactTable } from '../../src/tables/dataverse/index.ts';
import { wirechief_callerlink } from '../../src/tables/wirechief/wirechief_callerlink.ts';
import { openTestWebApi } from '../compat/harness.ts';
import { deskOfTests } from '../engine/desk.ts';
import { call, number, rowsOf } from '../engine/front-desk.ts';
import { change } from '../engine/world.ts';

describe('callers, in differences from the product', () => {
  const at = deskOfTests();

  it('67 a number matches however it is spelt, and reads back as it was written', async () => {
    await at.open();
    const { contact } = at.desk.ids;
    await change(at.store, contactTable, contact, { mobilephone: '+45 (20) 00-00-01' });
    const conversation = await call(at.desk, number.bot);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_customer?.id).toBe(contact);
    expect((await at.store.row(contactTable, contact))?.mobilephone).toBe('+45 (20) 00-00-01');
  });

  it('68 what becomes of unknown callers are columns with our prefix, off when empty', async () => {
    const test = await openTestWebApi();
    try {
      const id = await test.create('msdyn_liveworkstreams', { msdyn_name: 'Voice' });
      const { json } = await test.call('GET', `msdyn_liveworkstreams(${id})`);
      expect(json).toMatchObject({ wirechief_unknowncallers: null, wirechief_adopthistory: false });
      const contact = await test.create('contacts', { lastname: 'Dahl', mobilephone: '+45 20 00 00 01' });
      const made = (await test.call('GET', `contacts(${contact})`)).json;
      expect(made).toMatchObject({ wirechief_isprovisional: false, mobilephone: '+45 20 00 00 01' });
      expect(Object.keys(made).filter((name) => /e164/i.test(name))).toEqual([]);
      const { text } = await test.call('GET', '$metadata');
      expect(text).toContain('wirechief_unknowncallers');
      expect(text).not.toContain('e164');
    } finally {
      await test.close();
    }
  });

  it('69 a caller is linked by our message; what was tied is a row that is taken back', async () => {
    await at.open();
    const conversation = await at.talking();
    const agent = at.agent();
    await at.run({ type: 'CallerUnlinked', conversation, agent, supervises: false });
    const [link] = await at.store.rows(wirechief_callerlink, { wirechief_conversationid: conversation });
    expect(link).toMatchObject({ wirechief_kind: 4, statecode: 0 });
    expect((await rowsOf(at.desk, conversation)).row.msdyn_customer).toBeNull();
  });

  it('70 one contact and several accounts: the contact; an unknown operator leaves the search out', () => {
    const [contact, account] = defaultSearches;
    if (!contact || !account) throw new Error('there are two default fields');
    const match = (id: string) => ({ id, name: null });
    const found = [
      { search: contact, asked: true, matches: [match('c')] },
      { search: account, asked: true, matches: [match('a'), match('b')] },
    ];
    expect(identify(found).customer?.id).toBe('c');
    const rule = `<RecordIdentificationRuleSet><RecordIdentificationRule><fetch><entity name="contact"><filter>
      <condition attribute="mobilephone" operator="eq-or-above" value="1"/></filter></entity></fetch>
      <ContextKey name="x"/></RecordIdentificationRule></RecordIdentificationRuleSet>`;
    const { searches, faults } = readIdentificationRule(rule);
    expect(searches).toEqual([]);
    expect(faults).toEqual([expect.stringContaining("operator 'eq-or-above' is not known")]);
  });
});
