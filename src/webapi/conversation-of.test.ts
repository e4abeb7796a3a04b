import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';
import type { Change } from '../store/index.ts';
import { tables } from '../tables/index.ts';
import { conversationOf, movesConversation } from './conversation-of.ts';

let web: TestWebApi;
let conversation: string;
let session: string;
let participant: string;
beforeAll(async () => {
  web = await openTestWebApi();
  conversation = await web.create('msdyn_ocliveworkitems', { subject: 'Kim Berg: front desk' });
  session = await web.create('msdyn_ocsessions', {
    'msdyn_liveworkitemid_msdyn_ocsession@odata.bind': `msdyn_ocliveworkitems(${conversation})`,
  });
  participant = await web.create('msdyn_sessionparticipants', {
    'msdyn_omnichannelsession@odata.bind': `msdyn_ocsessions(${session})`,
  });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

/** The conversations that the log names for what `work` changed. */
async function told(work: () => Promise<unknown>): Promise<Change['conversation'][]> {
  const { store } = web.database;
  const { newest } = await store.changeRange();
  await work();
  return (await store.changes({ after: newest })).map((change) => change.conversation);
}

async function request(method: string, path: string, body?: object): Promise<void> {
  const answer = await web.call(method, path, body === undefined ? {} : { body });
  expect([answer.status, answer.text]).toEqual([204, '']);
}

describe('the log names the conversation of a write over the Web API (ui.md §8, conversation:<id>)', () => {
  it('of the conversation itself and its ongoing conversation', async () => {
    const path = `msdyn_ocliveworkitems(${conversation})`;
    expect(await told(() => request('PATCH', path, { msdyn_title: 'x' }))).toEqual([conversation]);
    const live = `msdyn_liveconversations(${conversation})`;
    expect(await told(() => request('PATCH', live, { msdyn_subject: 'x' }))).toEqual([conversation]);
  });

  it.each([
    ['msdyn_ocsessions', 'msdyn_liveworkitemid_msdyn_ocsession'],
    ['msdyn_ocliveworkitemcontextitems', 'msdyn_ocliveworkitemid'],
    ['msdyn_ocphonecallengagementctxes', 'msdyn_liveworkitemid'],
    ['queueitems', 'objectid_msdyn_ocliveworkitem'],
    ['annotations', 'objectid_msdyn_ocliveworkitem'],
    ['wirechief_offers', 'wirechief_ConversationId'],
  ])('of %s, by their lookup to it, when made, changed and deleted', async (set, navigation) => {
    const table = [...tables.values()].find(({ entitySetName }) => entitySetName === set);
    const body = { [`${navigation}@odata.bind`]: `msdyn_ocliveworkitems(${conversation})` };
    let id = '';
    const made = await told(async () => {
      id = await web.create(set, { ...body, [table?.primaryName ?? '']: 'x' });
    });
    expect(made).toEqual([conversation]);
    const change = { [table?.primaryName ?? '']: 'y' };
    expect(await told(() => request('PATCH', `${set}(${id})`, change))).toEqual([conversation]);
    expect(await told(() => request('DELETE', `${set}(${id})`))).toEqual([conversation]);
  });

  it('of participants and their events, by way of the session', async () => {
    const path = `msdyn_sessionparticipants(${participant})`;
    expect(await told(() => request('PATCH', path, { msdyn_talktime: 3 }))).toEqual([conversation]);
    const event = { 'msdyn_sessionid@odata.bind': `msdyn_ocsessions(${session})` };
    expect(await told(() => web.create('msdyn_ocsessionparticipantevents', event))).toEqual([conversation]);
    const note = { 'objectid_msdyn_ocsession@odata.bind': `msdyn_ocsessions(${session})`, subject: 'x' };
    expect(await told(() => web.create('annotations', note))).toEqual([conversation]);
  });

  it('also when the write takes the row away from it, or brings it to another', async () => {
    const note = await web.create('annotations', {
      'objectid_msdyn_ocliveworkitem@odata.bind': `msdyn_ocliveworkitems(${conversation})`,
    });
    const reference = `annotations(${note})/objectid_msdyn_ocliveworkitem`;
    expect(await told(() => request('DELETE', `${reference}/$ref`))).toEqual([conversation]);
    expect(await told(() => request('PATCH', `annotations(${note})`, { subject: 'x' }))).toEqual([null]);
    const other = await web.create('msdyn_ocliveworkitems', { subject: 'x' });
    const body = { 'objectid_msdyn_ocliveworkitem@odata.bind': `msdyn_ocliveworkitems(${other})` };
    expect(await told(() => request('PATCH', `annotations(${note})`, body))).toEqual([other]);
  });

  it('of a whole deep insert', async () => {
    let id = '';
    const named = await told(async () => {
      id = await web.create('msdyn_ocliveworkitems', {
        subject: 'x',
        msdyn_msdyn_ocliveworkitem_msdyn_ocsession_liveworkstreamid: [{ subject: 'one' }, { subject: 'two' }],
      });
    });
    expect(named).toEqual([id, id, id]);
  });

  it('of nothing else, and asks nothing for it', async () => {
    expect(await told(() => web.create('contacts', { lastname: 'Hart' }))).toEqual([null]);
    const contact = tables.get('contact');
    if (!contact) throw new Error('there is no table contact');
    const reader = { query: () => Promise.reject(new Error('asked')) };
    expect(await conversationOf(reader, contact, conversation)).toBeNull();
    expect(movesConversation(contact, ['parentcustomerid'])).toBe(false);
  });
});

it('the way from every table that has one is a valid statement', async () => {
  for (const table of tables.values())
    expect(await conversationOf(web.database.store, table, participant)).toBe(
      ['msdyn_ocliveworkitem', 'msdyn_liveconversation'].includes(table.logicalName)
        ? participant
        : table.logicalName === 'msdyn_sessionparticipant'
          ? conversation
          : null,
    );
});
