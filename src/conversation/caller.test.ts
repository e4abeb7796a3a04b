import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf } from '../../test/engine/front-desk.ts';
import { change, make as makeRow } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import type { Guid, Reference, Table, Values } from '../tables/index.ts';
import type { IdentificationEvaluation, IdentificationOutput } from '../tables/why.ts';
import { ownContact, ownWorkstream, unknownCallers } from '../tables/wirechief/unknown-callers.ts';
import { wirechief_callerlink } from '../tables/wirechief/wirechief_callerlink.ts';

const at = deskOfTests();
const stranger = '+4520009999';

const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
  makeRow(at.store, table, values);
const addContact = (mobilephone: string, more: Values<typeof t.contact> = {}): Promise<string> =>
  make(t.contact, { firstname: 'Noor', lastname: 'Dahl', mobilephone, ...more });
const addAccount = (telephone1: string): Promise<string> => make(t.account, { name: 'Contoso', telephone1 });
const customerOf = async (conversation: string): Promise<Reference | null> =>
  (await rowsOf(at.desk, conversation)).row.msdyn_customer;

async function why(conversation: string) {
  const [row] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
    msdyn_ocliveworkitemid: conversation,
    msdyn_name: 'Identification',
  });
  return {
    row,
    evaluation: JSON.parse(row?.msdyn_evaluation ?? '{}') as IdentificationEvaluation,
    output: JSON.parse(row?.msdyn_outputdata ?? '{}') as IdentificationOutput,
  };
}

describe('who calls (behaviour.md §3.2)', () => {
  beforeEach(() => at.open());

  it.each([
    [0, 0, null],
    [1, 0, 'contact'],
    [1, 1, 'contact'],
    [0, 1, 'account'],
    [2, 0, null],
    [0, 2, null],
    [2, 1, 'account'],
    [2, 2, null],
  ])('%i contacts and %i accounts with the number link %s', async (contacts, accounts, linked) => {
    const spellings = ['+45 20 00 99 99', '+45 (20) 00-99-99'];
    for (let n = 0; n < contacts; n += 1) await addContact(spellings[n] ?? '');
    for (let n = 0; n < accounts; n += 1) await addAccount(spellings[n] ?? '');
    const conversation = await call(at.desk, number.bot, stranger);
    expect((await customerOf(conversation))?.table ?? null).toBe(linked);
    const { row, evaluation, output } = await why(conversation);
    expect(row).toMatchObject({ msdyn_diagnosticdatatype: 0, msdyn_ruletype: 11 });
    expect(evaluation.searches.map(({ table, candidates }) => [table, candidates.length])).toEqual([
      ['contact', contacts],
      ['account', accounts],
    ]);
    expect(output.customer?.table ?? null).toBe(linked);
    expect(output.reason).toContain(linked ? `the ${linked} is linked` : 'nobody is linked');
  });

  it('only rows with the status Active count, and exactly one active case is linked too', async () => {
    await addContact(stranger, { statecode: 1, statuscode: 2 });
    const id = await addContact(stranger);
    const customerid = { table: 'contact', id } as const;
    await make(t.incident, { title: 'Closed', customerid, statecode: 1, statuscode: 5 });
    const open = await make(t.incident, { title: 'Open', customerid });
    const conversation = await call(at.desk, number.bot, stranger);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      msdyn_customer: customerid,
      msdyn_issueid: open,
    });
    await make(t.incident, { title: 'Another', customerid });
    const second = await call(at.desk, number.bot, stranger);
    expect((await rowsOf(at.desk, second)).row.msdyn_issueid).toBeNull();
  });
});

const context = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';
const ruleFor = (entity: string, conditions: string, preferred: boolean): string =>
  `<RecordIdentificationRule><PrimaryEntity LogicalCollectionName="${entity}s" PrimaryKeyAttribute="${entity}id"
    PrimaryNameAttribute="name"/><fetch top="2"><entity name="${entity}"><filter type="and">
    <condition attribute="statuscode" operator="eq" value="1"/>${conditions}
    <condition attribute="emailaddress1" operator="eq" value="\${Email}"/></filter></entity></fetch>
    <ContextKey name="x" isPreferred="${preferred}"/></RecordIdentificationRule>`;
const byPhone = (column: string): string =>
  `<condition attribute="${column}" operator="eq" source="${context}" value="\${msdyn_fromphone}"/>`;
const rules = (...all: string[]): string =>
  `<RecordIdentificationRuleSet>${all.join('')}</RecordIdentificationRuleSet>`;

describe('the rule of the workstream (rules.md §9)', () => {
  const openWith = (rule: string): Promise<void> =>
    at.open({ workstream: { msdyn_recordidentificationrule: rule } });

  it('says which columns are searched; what nobody told counts as absent', async () => {
    const either = `<filter type="or">${byPhone('telephone1')}${byPhone('telephone2')}</filter>`;
    await openWith(rules(ruleFor('contact', either, true), ruleFor('account', byPhone('telephone2'), false)));
    await addContact(stranger);
    const first = await call(at.desk, number.bot, stranger);
    expect(await customerOf(first)).toBeNull();
    const id = await addContact('', { telephone2: '+45 2000 9999' });
    const second = await call(at.desk, number.bot, stranger);
    expect(await customerOf(second)).toEqual({ table: 'contact', id });
    const { evaluation } = await why(second);
    expect(evaluation.searches[0]?.conditions).toEqual([
      'statuscode eq 1',
      `telephone1 eq ${stranger}`,
      `telephone2 eq ${stranger}`,
    ]);
  });

  it('a search of which nothing is known is not asked: it would find everybody', async () => {
    await openWith(rules(ruleFor('contact', '', true)));
    const conversation = await call(at.desk, number.bot);
    expect(await customerOf(conversation)).toBeNull();
    expect((await why(conversation)).evaluation.searches[0]?.outcome).toBe('not asked');
  });

  it('the preferred one counts when both have one', async () => {
    await openWith(
      rules(
        ruleFor('contact', byPhone('mobilephone'), false),
        ruleFor('account', byPhone('telephone1'), true),
      ),
    );
    await addAccount(number.caller);
    const conversation = await call(at.desk, number.bot);
    expect((await customerOf(conversation))?.table).toBe('account');
  });

  it('what is not understood leaves the search out, with a note; values are never SQL', async () => {
    await openWith(
      rules(
        ruleFor('contact', byPhone(`mobilephone&quot; = '' or &quot;statecode`), true),
        ruleFor(
          'account',
          `${byPhone('telephone1')}<condition attribute="name" operator="ne" value="') or (1=1"/>`,
          false,
        ),
      ),
    );
    const conversation = await call(at.desk, number.bot);
    expect(await customerOf(conversation)).toBeNull();
    const { evaluation } = await why(conversation);
    expect(evaluation.notes).toEqual([
      expect.stringContaining("table 'contact' has no column 'mobilephone\""),
    ]);
    expect(evaluation.searches.map(({ table }) => table)).toEqual(['account']);
  });
});

/** The caller of a conversation as each row tells it. */
async function told(conversation: string) {
  const { row, live, sessions } = await rowsOf(at.desk, conversation);
  const [engagement] = await at.store.rows(t.msdyn_ocphonecallengagementctx, {
    msdyn_liveworkitemid: conversation,
  });
  return {
    conversation: [
      row.subject,
      row.msdyn_title,
      row.msdyn_customer,
      row.regardingobjectid,
      row.msdyn_issueid,
    ],
    live: [live?.msdyn_subject, live?.msdyn_title, live?.msdyn_customer],
    sessions: sessions.map(({ subject, regardingobjectid }) => [subject, regardingobjectid]),
    context: engagement?.msdyn_callername,
  };
}

describe('callers nobody knows (behaviour.md §9)', () => {
  const openWith = (unknown: number, adopt = false) =>
    at.open().then(() =>
      change(at.store, ownWorkstream, at.desk.ids.workstream, {
        wirechief_unknowncallers: unknown as 0,
        wirechief_adopthistory: adopt,
      }),
    );
  const contacts = () => at.store.rows(ownContact, { mobilephone: stranger });

  it.each([unknownCallers.off, unknownCallers.ask])(
    'off, as the product, and ask (%i): nothing is created',
    async (mode) => {
      await openWith(mode);
      const conversation = await call(at.desk, number.bot, stranger);
      expect(await contacts()).toEqual([]);
      expect(await customerOf(conversation)).toBeNull();
    },
  );

  it('automatic: a provisional contact, one for two calls at once, tied from the beginning', async () => {
    await openWith(unknownCallers.automatic);
    const calls = await Promise.all(Array.from({ length: 6 }, () => call(at.desk, number.bot, stranger)));
    const [contact, ...others] = await contacts();
    expect(others).toEqual([]);
    expect(contact).toMatchObject({ fullname: stranger, wirechief_isprovisional: true });
    for (const conversation of calls)
      expect(await customerOf(conversation)).toEqual({ table: 'contact', id: contact?.contactid });
    expect((await rowsOf(at.desk, calls[0] ?? '')).sessions[0]?.regardingobjectid?.id).toBe(
      contact?.contactid,
    );
    const outputs = await Promise.all(calls.map(why));
    expect(outputs.filter(({ output }) => output.created)).toHaveLength(1);
  });

  it('automatic: neither a withheld number nor one that several have is unknown', async () => {
    await openWith(unknownCallers.automatic);
    await addContact(stranger);
    await addContact(stranger);
    await call(at.desk, number.bot, stranger);
    await call(at.desk, number.bot, null);
    expect(await contacts()).toHaveLength(2);
  });

  it('automatic with history: earlier conversations of the number become its own too', async () => {
    await at.open();
    const earlier = await call(at.desk, number.bot, stranger);
    const foreign = await call(at.desk, number.bot, '+4520008888');
    await change(at.store, ownWorkstream, at.desk.ids.workstream, {
      wirechief_unknowncallers: unknownCallers.automatic,
      wirechief_adopthistory: true,
    });
    const now = await call(at.desk, number.bot, stranger);
    expect(await customerOf(earlier)).toEqual(await customerOf(now));
    expect(await customerOf(foreign)).toBeNull();
    const links = await at.store.rows(wirechief_callerlink, {});
    expect(links.map(({ wirechief_kind }) => wirechief_kind).sort()).toEqual([3, 5]);
  });
});

describe('said by hand (behaviour.md §3.2; mission S0.8)', () => {
  const by = (conversation: Guid<'msdyn_ocliveworkitem'>, supervises = false) => ({
    conversation,
    agent: at.agent(),
    supervises,
  });
  const linked = (conversation: string, id: string, adoptHistory: boolean, supervises = false) =>
    ({
      type: 'CallerLinked',
      ...by(conversation, supervises),
      customer: { table: 'contact', id },
      incident: null,
      adoptHistory,
    }) as const;
  const talkingWithStranger = async (): Promise<{ now: string; earlier: string; contact: string }> => {
    await at.open();
    await at.store.transact({ actor: at.agent(), cause: 'test' }, (transaction) =>
      transaction.update(t.contact, at.desk.ids.contact, { mobilephone: null }),
    );
    const earlier = await call(at.desk, number.bot, number.caller);
    const now = await at.talking();
    return { now, earlier, contact: await addContact('') };
  };

  it('ties conversation, ongoing conversation, sessions and context, and the history where it is asked for', async () => {
    const { now, earlier, contact } = await talkingWithStranger();
    await at.run(linked(now, contact, true));
    const customer = { table: 'contact', id: contact };
    const subject = 'Noor Dahl: Front-desk workstream';
    for (const one of [now, earlier]) {
      const rows = await told(one);
      expect(rows.conversation).toEqual([subject, subject, customer, customer, null]);
      expect(rows.live).toEqual([subject, subject, customer]);
      for (const session of rows.sessions) expect(session).toEqual([subject, customer]);
      expect(rows.context).toBe('Noor Dahl');
    }
    const [link] = await at.store.rows(wirechief_callerlink, { wirechief_kind: 1 });
    expect(link).toMatchObject({
      wirechief_conversationid: now,
      wirechief_phonenumber: number.caller,
      statecode: 0,
    });
    const before = await at.store.rows(wirechief_callerlink, {});
    await at.run(linked(now, contact, true));
    expect(await at.store.rows(wirechief_callerlink, {})).toEqual(before);
  });

  it('link, then unlink, leaves the rows as before, whatever is linked and how often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), async (adoptions) => {
        await at.clear();
        const { now, earlier } = await talkingWithStranger();
        const before = [await told(now), await told(earlier)];
        const people = await Promise.all(
          adoptions.map((_, n) => addContact('', { firstname: `Person ${n}` })),
        );
        for (const [n, adopts] of adoptions.entries()) await at.run(linked(now, people[n] ?? '', adopts));
        expect([await told(now), await told(earlier)]).not.toEqual(before);
        for (const _ of adoptions) await at.run({ type: 'CallerUnlinked', ...by(now) });
        expect([await told(now), await told(earlier)]).toEqual(before);
        expect(await at.store.rows(wirechief_callerlink, { statecode: 0 })).toEqual([]);
      }),
      { seed: 20261121, numRuns: 4 },
    );
  });

  it('what somebody else wrote since stays when the link is taken back', async () => {
    const { now, contact } = await talkingWithStranger();
    await at.run(linked(now, contact, false));
    await at.store.transact({ actor: at.agent(), cause: 'test', quiet: true }, (transaction) =>
      transaction.update(t.msdyn_ocliveworkitem, now, { subject: 'Named by hand' }),
    );
    await at.run({ type: 'CallerUnlinked', ...by(now) });
    expect((await told(now)).conversation.slice(0, 3)).toEqual([
      'Named by hand',
      `${number.caller}: Front-desk workstream`,
      null,
    ]);
  });

  it('a customer found by number is taken off, and comes back', async () => {
    await at.open();
    const now = await at.talking();
    const before = await told(now);
    await at.run({ type: 'CallerUnlinked', ...by(now) });
    await at.run({ type: 'CallerUnlinked', ...by(now) });
    expect(await customerOf(now)).toBeNull();
    await at.run(linked(now, at.desk.ids.contact, false));
    expect((await told(now)).conversation.slice(2)).toEqual(before.conversation.slice(2));
  });

  it('a contact is made of the number once; a provisional one gets its name', async () => {
    const { now } = await talkingWithStranger();
    const created = {
      type: 'CallerCreated',
      ...by(now),
      firstName: 'Ada',
      lastName: 'Lund',
      adoptHistory: false,
    } as const;
    await at.run(created);
    await at.run(created);
    const made = await at.store.rows(ownContact, { mobilephone: number.caller });
    expect(made).toEqual([expect.objectContaining({ fullname: 'Ada Lund', wirechief_isprovisional: false })]);
    await expect(at.run({ ...created, lastName: 'Else' })).rejects.toThrow('known already');
    await at.clear();
    await talkingWithStranger();
    await change(at.store, ownWorkstream, at.desk.ids.workstream, { wirechief_unknowncallers: 2 });
    const conversation = await at.transferred();
    const provisional = await customerOf(conversation);
    await at.run({ ...created, ...by(conversation, true) });
    expect(await customerOf(conversation)).toEqual(provisional);
    expect(await at.store.row(ownContact, provisional?.id ?? '')).toMatchObject({
      fullname: 'Ada Lund',
      wirechief_isprovisional: false,
    });
    expect((await told(conversation)).conversation[0]).toBe('Ada Lund: Front-desk workstream');
  });

  it('only who is active in it, while it is active, or a supervisor', async () => {
    const { now, contact } = await talkingWithStranger();
    const other = { ...linked(now, contact, false), agent: at.agent(1) };
    await expect(at.run(other)).rejects.toThrow('Only who is active');
    await at.run({ type: 'AgentEnded', conversation: now, agent: at.agent() });
    await expect(at.run(linked(now, contact, false))).rejects.toThrow('Only who is active');
    await at.run(linked(now, contact, false, true));
    expect(await customerOf(now)).toEqual({ table: 'contact', id: contact });
    await expect(at.run(linked(now, randomUUID(), false, true))).rejects.toThrow();
    await expect(at.run({ type: 'CallerUnlinked', ...by(randomUUID(), true) })).rejects.toThrow();
  });
});
