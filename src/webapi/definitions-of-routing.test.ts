/** Rows that routing rests on, written over the Web API (rules.md §4, §5, §8). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';
import { put, rule, when, xml } from '../../test/engine/rules-xml.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const post = async (path: string, body: object) => {
  const { status, json } = await web.call('POST', path, {
    body,
    headers: { prefer: 'return=representation' },
  });
  return { status, json };
};
const sets = 'msdyn_decisionrulesets';
const set = (msdyn_rulesetdefinition: string) => ({
  msdyn_name: 'Set',
  msdyn_uniquename: 'new_set',
  msdyn_rulesettype: 192350000,
  msdyn_rulesetdefinition,
});

describe('a rule set that could not be used is refused by name', () => {
  it.each([
    ['no XML', 'hello', /expected at character 0/],
    ['a document type', '<!DOCTYPE a><decision version="1"><rules/></decision>', /document types/],
    [
      'an unknown operator',
      xml(rule(when('liveworkitemcontext.Tier', 'rhymes-with', 'gold'))),
      /rule 1 'it': operator 'rhymes-with' is not known/,
    ],
    [
      'a missing column',
      xml(rule(when('msdyn_ocliveworkitem.msdyn_nothing', '==', '1'))),
      /'msdyn_ocliveworkitem' has no column 'msdyn_nothing'/,
    ],
    [
      'a missing column of a related row',
      xml(
        rule(
          when('msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_contact.msdyn_nothing', '==', '1'),
        ),
      ),
      /'contact' has no column 'msdyn_nothing'/,
    ],
    [
      'a missing column that is set',
      xml(rule('', put('msdyn_ocliveworkitem.msdyn_nothing', '1'))),
      /no column 'msdyn_nothing'/,
    ],
  ])('%s', async (_, definition, message) => {
    const { status, json } = await post(sets, set(definition));
    expect([status, json.error.code]).toEqual([400, '0x80040203']);
    expect(json.error.message).toMatch(message);
  });

  it('on update too, and the row stays as it was; the text of a good one comes back byte for byte', async () => {
    const good = `<?xml version="1.0"?>\r\n${xml(rule(when('msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_contact.emailaddress1', 'ends-with', '.dk')))}`;
    const { status, json } = await post(sets, set(good));
    expect(status).toBe(201);
    const path = `${sets}(${json.msdyn_decisionrulesetid})`;
    expect((await web.call('PATCH', path, { body: { msdyn_rulesetdefinition: '<decision' } })).status).toBe(
      400,
    );
    expect((await web.call('GET', path)).json.msdyn_rulesetdefinition).toBe(good);
    expect((await web.call('PATCH', path, { body: { msdyn_name: 'Renamed' } })).status).toBe(204);
  });
});

describe('calendars and overflow actions', () => {
  it('a calendar rule without a time zone, with an unknown one, or with a pattern nobody can read is refused', async () => {
    const { json } = await post('calendars', { name: 'Hours', type: 1 });
    const outer = {
      'calendarid@odata.bind': `/calendars(${json.calendarid})`,
      pattern: 'FREQ=WEEKLY;BYDAY=MO',
      offset: 0,
      duration: 60,
    };
    for (const [more, message] of [
      [{}, /timezonecode is missing/],
      [{ timezonecode: 9999 }, /timezonecode 9999 is not known/],
      [{ timezonecode: 92, pattern: 'FREQ=YEARLY' }, /'FREQ=YEARLY' cannot be read/],
    ] as const) {
      const refused = await post('calendarrules', { ...outer, ...more });
      expect([refused.status, refused.json.error.message]).toEqual([400, expect.stringMatching(message)]);
    }
    const made = await post('calendarrules', { ...outer, timezonecode: 92 });
    expect(made.status).toBe(201);
    const cleared = await web.call('PATCH', `calendarrules(${made.json.calendarruleid})`, {
      body: { timezonecode: null },
    });
    expect(cleared.status).toBe(400);
  });

  it('an overflow action names what it needs', async () => {
    const path = 'msdyn_overflowactionconfigs';
    expect(
      (
        await post(path, {
          msdyn_name: 'q',
          msdyn_overflowactiontype: 192350005,
          msdyn_overflowactiondata: 'Legal',
        })
      ).status,
    ).toBe(400);
    expect(
      (
        await post(path, {
          msdyn_name: 'p',
          msdyn_overflowactiontype: 192350002,
          msdyn_overflowactiondata: '70 99',
        })
      ).status,
    ).toBe(400);
    expect(
      (
        await post(path, {
          msdyn_name: 'p',
          msdyn_overflowactiontype: 192350002,
          msdyn_overflowactiondata: '+4570999999',
        })
      ).status,
    ).toBe(201);
    expect((await post(path, { msdyn_name: 'e', msdyn_overflowactiontype: 192350001 })).status).toBe(201);
  });
});

describe('time-out rules (behaviour.md §1.4)', () => {
  const path = 'msdyn_ocautomatedactionrules';
  const values = {
    msdyn_name: 'Customer is silent',
    msdyn_eventtype: 772370000,
    msdyn_operator: 772370000,
    msdyn_eventinterval: 10,
    msdyn_eventfrequency: 772370002,
    msdyn_order: 1,
  };

  it.each([772370002, 772370003, 772370004])('action %d is written and read back', async (action) => {
    const made = await post(path, { ...values, msdyn_actiontype: action });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ ...values, msdyn_actiontype: action });
  });

  it.each([772370000, 772370001])('action %d, a message, answers 501 naming it', async (action) => {
    const { status, json } = await post(path, { ...values, msdyn_actiontype: action });
    expect(status).toBe(501);
    expect(json.error.message).toContain('sends a message');
  });

  it.each([
    [{ msdyn_eventinterval: 0 }, 'msdyn_eventinterval'],
    [{ msdyn_eventtype: 5 }, 'msdyn_eventtype'],
  ])('%j is refused by name', async (wrong, column) => {
    const { status, json } = await post(path, { ...values, msdyn_actiontype: 772370002, ...wrong });
    expect(status).toBe(400);
    expect(json.error.message).toContain(column);
  });
});
