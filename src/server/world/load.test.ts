import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../../test/database/database.ts';
import {
  contact,
  msdyn_liveconversation,
  msdyn_liveworkstream,
  msdyn_ocliveworkitem,
  msdyn_ocliveworkitemcontextitem,
  msdyn_ocphonecallengagementctx,
  msdyn_ocsession,
  msdyn_presence,
  msdyn_sessionparticipant,
  msdyn_sessiontemplate,
  phonecall,
  queueitem,
  systemuser,
} from '../../tables/dataverse/index.ts';
import { presences } from '../../tables/index.ts';
import { loadWorld } from './load.ts';

const conversation = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';
const legalQueue = '2b9f4c1d-77aa-4e3e-9c58-d1406a2fb720';
const frontDeskQueue = '9e81d3a7-4c52-4b6f-8d10-6f2b53e7a935';

describe('the world front-desk in a new database', () => {
  let database: TestStore;
  beforeAll(async () => {
    database = await openTestStore();
  });
  afterAll(() => database.close());

  test('is loaded once, in one transaction', async () => {
    const first = await loadWorld(database.store, 'front-desk');
    expect(first.isNew).toBe(true);
    const changes = await database.store.changes({ after: 0, limit: 1000 });
    expect(new Set(changes.map(({ transaction }) => transaction)).size).toBe(1);
    expect(new Set(changes.map(({ cause }) => cause))).toEqual(new Set(['load world front-desk']));

    const second = await loadWorld(database.store, 'front-desk');
    expect(second.isNew).toBe(false);
    expect(await database.store.changes({ after: 0, limit: 1000 })).toHaveLength(changes.length);
  });

  test('names its people by the oid of their tokens (webapi.md §2: CallerObjectId)', async () => {
    for (const domainname of ['agent', 'agent2', 'supervisor', 'admin']) {
      const [row] = await database.store.rows(systemuser, { domainname });
      expect([domainname, row?.azureactivedirectoryobjectid]).toEqual([domainname, row?.systemuserid]);
    }
  });

  test('stays the world it is when another is asked for later', async () => {
    const world = await loadWorld(database.store, 'empty');
    expect([world.name, world.isNew]).toEqual(['front-desk', false]);
  });

  test('brings the flow of its bot and the test numbers of product.md', async () => {
    const { flows, testNumbers } = await loadWorld(database.store, 'front-desk');
    const [[bot, flow] = []] = [...flows];
    const [row] = await database.store.rows(systemuser, { domainname: 'front-desk-ivr' });
    expect(bot).toBe(row?.systemuserid);
    expect(flow?.text).toContain('For Legal, press 1.');
    // Mission row S0.2: both variables, as in the reference trace.
    expect(flow?.text).toContain('{ va_Department: Legal, va_Scope: Contract }');
    expect(Object.fromEntries(testNumbers)).toEqual({
      '+4570000100': 'echo',
      '+4570000101': 'tone',
      '+4570000102': 'ring',
      '+4570000103': 'busy',
    });
  });

  test('has the presences of behaviour.md §4.7 under their published ids', async () => {
    const rows = await database.store.rows(msdyn_presence, {});
    expect(new Set(rows.map((row) => row.msdyn_presenceid))).toEqual(new Set(Object.values(presences)));
  });

  test('has the people of product.md', async () => {
    const rows = await database.store.rows(systemuser, { applicationid: null });
    expect(rows.map((row) => row.domainname).sort()).toEqual([
      'SYSTEM',
      'admin',
      'agent',
      'agent2',
      'supervisor',
    ]);
    expect(rows.map((row) => row.fullname).sort()).toEqual([
      'Alex Holm',
      'Robin Dahl',
      'SYSTEM',
      'Sam Lund',
      'Toni Krag',
    ]);
  });

  test('has the workstream and template of the reference trace (mission S0.3)', async () => {
    const row = await database.store.row(msdyn_liveworkstream, 'f493fbef-53ab-f011-bbd3-7c1e525fd853');
    expect(row).toMatchObject({
      msdyn_name: 'Front-desk workstream',
      msdyn_streamsource: 192440000,
      msdyn_direction: 0,
      msdyn_workdistributionmode: 192350000,
      msdyn_capacityrequired: 30,
      msdyn_sessiontemplate_default: 'msdyn_voicecall_session',
    });
    const [template] = await database.store.rows(msdyn_sessiontemplate, {
      msdyn_uniquename: 'msdyn_voicecall_session',
    });
    expect(template).toMatchObject({ msdyn_sessiontype: 0, msdyn_panelstate: 162450002 });
  });
});

describe('the call of 21 December (mission.md, reference trace)', () => {
  let database: TestStore;
  beforeAll(async () => {
    database = await openTestStore();
    await loadWorld(database.store, 'front-desk');
  });
  afterAll(() => database.close());

  test('S0.1: engagement context, conversation and contact are linked; no phonecall is written', async () => {
    const { store } = database;
    const context = await store.row(msdyn_ocphonecallengagementctx, 'c5e0a5f9-7b2d-493f-b202-cbffdcbba488');
    expect(context).toMatchObject({
      msdyn_liveworkitemid: conversation,
      msdyn_callsid: 'f767c181-acf1-4663-a572-2477b4c299c5',
      msdyn_callername: '+4520000001',
    });
    const row = await store.row(msdyn_ocliveworkitem, conversation);
    const [kim] = await store.rows(contact, { mobilephone: '+4520000001' });
    expect(row).toMatchObject({
      subject: 'Kim Berg: Front-desk workstream',
      msdyn_liveworkstreamid: 'f493fbef-53ab-f011-bbd3-7c1e525fd853',
      msdyn_cdsqueueid: legalQueue,
      regardingobjectid: { table: 'contact', id: kim?.contactid },
      msdyn_isabandoned: false,
      msdyn_lastsessionid: 'b6346b35-7e8a-4ef2-9781-2b244cf773a4',
      statecode: 1,
      statuscode: 4,
    });
    expect(row?.createdon?.toISOString()).toBe('2025-12-21T11:46:00.000Z');
    expect(await store.rows(phonecall, {})).toEqual([]);
    expect(await store.row(msdyn_liveconversation, conversation)).toMatchObject({
      statecode: 3,
      statuscode: 4,
    });
  });

  test('S0.2: session 1 lasted 20 s and closed BotTransferToAgent, session 2 closed AutoClose a day later', async () => {
    const { store } = database;
    const one = await store.row(msdyn_ocsession, '396c1a45-dc4e-4a4b-8542-b3a031f4f288');
    const two = await store.row(msdyn_ocsession, 'b6346b35-7e8a-4ef2-9781-2b244cf773a4');
    const lasted = (from?: Date | null, to?: Date | null) =>
      ((to?.getTime() ?? 0) - (from?.getTime() ?? 0)) / 1000;
    expect(one).toMatchObject({ msdyn_cdsqueueid: frontDeskQueue, msdyn_closurereason: 192350026 });
    expect(lasted(one?.msdyn_sessioncreatedon, one?.msdyn_sessionclosedon)).toBe(20);
    expect(two).toMatchObject({ msdyn_cdsqueueid: legalQueue, msdyn_closurereason: 192350018, statecode: 1 });
    expect(lasted(two?.msdyn_wrapupinitiatedon, two?.msdyn_sessionclosedon)).toBe(86_400);
    const items = await store.rows(msdyn_ocliveworkitemcontextitem, { msdyn_ocliveworkitemid: conversation });
    expect(Object.fromEntries(items.map((item) => [item.msdyn_name, item.msdyn_value]))).toEqual({
      va_Department: 'Legal',
      va_Scope: 'Contract',
    });
    const [item] = await store.rows(queueitem, { queueid: legalQueue });
    expect(item?.objectid).toEqual({ table: 'msdyn_ocliveworkitem', id: conversation });
  });

  test('S0.4: the participant talked for 59 seconds, by BotTransferSession', async () => {
    const row = await database.store.row(msdyn_sessionparticipant, '54e26f97-3b59-4309-a1b3-9eeb26331e3e');
    expect(row).toMatchObject({
      msdyn_omnichannelsession: 'b6346b35-7e8a-4ef2-9781-2b244cf773a4',
      msdyn_assignreason: 'BotTransferSession',
      msdyn_talktime: 59,
      msdyn_lefton: null,
      msdyn_joinedon: new Date('2025-12-21T11:47:06Z'),
    });
  });
});

test('two servers that start at once load the world once', async () => {
  const database = await openTestStore();
  try {
    const worlds = await Promise.all([1, 2].map(() => loadWorld(database.store, 'front-desk')));
    expect(worlds.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
  } finally {
    await database.close();
  }
});

test('a world of one’s own that the store refuses leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-world-'));
  const id = '00000000-0000-4000-8000-0000000000aa';
  writeFileSync(
    join(folder, 'world.yaml'),
    `rows:\n  contact:\n    - contactid: ${id}\n      lastname: One\n    - contactid: ${id}\n      lastname: Two\n`,
  );
  const database = await openTestStore();
  try {
    await expect(loadWorld(database.store, folder)).rejects.toThrow(
      /world\.yaml:5: contact: A record with matching/,
    );
    expect(await database.store.rows(systemuser, {})).toEqual([]);
    expect((await loadWorld(database.store, 'empty')).isNew).toBe(true);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});

test('a world whose folder is gone keeps its rows and runs without its flows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-world-'));
  writeFileSync(join(folder, 'world.yaml'), 'rows:\n  contact:\n    - lastname: One\n');
  const database = await openTestStore();
  try {
    await loadWorld(database.store, folder);
    rmSync(folder, { recursive: true });
    const lines: string[] = [];
    const again = await loadWorld(database.store, 'front-desk', (line) => lines.push(line));
    expect(again).toMatchObject({ name: folder, isNew: false });
    expect(again.flows.size).toBe(0);
    expect(lines.join()).toContain(`The folder ${folder} of the world in this database is gone`);
    expect(await database.store.rows(contact, { lastname: 'One' })).toHaveLength(1);
  } finally {
    await database.close();
  }
});
