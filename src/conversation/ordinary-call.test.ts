import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import {
  call,
  count,
  type FrontDesk,
  number,
  openFrontDesk,
  rowsOf,
  signIn,
  statusOf,
} from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences } from '../tables/index.ts';

describe('the ordinary call, ring to close (mission S0.1–S0.4, S3.3; behaviour.md §3.1)', () => {
  let test: TestStore;
  let desk: FrontDesk;
  let conversation: string;
  let agent: string;

  beforeAll(async () => {
    test = await openTestStore();
    desk = await openFrontDesk(test.store, { agents: 1 });
    agent = desk.ids.agents[0] as string;
    await signIn(desk, agent);
    await desk.engine.idle();
  });
  afterAll(async () => {
    await desk.engine.idle();
    await test.close();
    expect(test.faults).toEqual([]);
  });

  const types = (): string[] => desk.effects.splice(0).map(({ type }) => type);

  it('arrives: conversation, engagement context, ongoing conversation, session 1 with the bot', async () => {
    conversation = await call(desk, number.bot);
    await desk.engine.idle();
    expect(types()).toEqual(['StartBot']);
    const { row, live, sessions, participants } = await rowsOf(desk, conversation);
    expect(row).toMatchObject({
      subject: 'Kim Berg: Front-desk workstream',
      msdyn_title: 'Kim Berg: Front-desk workstream',
      statecode: 0,
      statuscode: 1,
      msdyn_statuschangereason: 192350001,
      msdyn_channel: [192440000],
      msdyn_liveworkstreamid: desk.ids.workstream,
      msdyn_cdsqueueid: desk.ids.front,
      msdyn_customer: { table: 'contact', id: desk.ids.contact },
      regardingobjectid: { table: 'contact', id: desk.ids.contact },
      msdyn_isoutbound: false,
      msdyn_lastsessionid: sessions[0]?.activityid,
      msdyn_initiatedon: row.createdon,
      msdyn_startedon: row.createdon,
      msdyn_transfercount: 0,
      msdyn_escalationcount: 0,
    });
    const [context] = await desk.store.rows(t.msdyn_ocphonecallengagementctx, {
      msdyn_liveworkitemid: conversation,
    });
    expect(context).toMatchObject({
      msdyn_callsid: `call-${conversation}`,
      msdyn_callername: number.caller,
      msdyn_fromphone: number.caller,
      msdyn_tophone: number.bot,
    });
    expect(sessions).toMatchObject([
      {
        subject: 'Kim Berg: Front-desk workstream',
        regardingobjectid: { table: 'contact', id: desk.ids.contact },
        msdyn_cdsqueueid: desk.ids.front,
        msdyn_channel: 192440000,
        msdyn_sessioncreationreason: 192350000,
        statecode: 0,
        msdyn_sessionclosedon: null,
      },
    ]);
    expect(participants).toMatchObject([
      {
        msdyn_agentid: desk.ids.bot,
        msdyn_mode: 192350002,
        msdyn_joinedon: row.createdon,
        msdyn_lefton: null,
      },
    ]);
    expect(live).toMatchObject({
      statecode: 0,
      statuscode: 1,
      msdyn_subject: row.subject,
      msdyn_cdsqueueid: desk.ids.front,
    });
  });

  it('the bot sets variables and hands over: session 2 in the queue of the rule, offered at once', async () => {
    await desk.engine.run({ type: 'VariableSet', conversation, name: 'va_Scope', value: 'Contract' });
    await desk.engine.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
    await desk.engine.idle();
    expect(types()).toEqual(['PlayWaiting', 'RingAgent']);
    const { row, live, sessions, participants, offers } = await rowsOf(desk, conversation);
    expect(sessions).toMatchObject([
      {
        msdyn_closurereason: 192350026,
        statecode: 1,
        statuscode: 2,
        msdyn_sessionclosedon: row.msdyn_firstwaitstartedon,
      },
      {
        msdyn_cdsqueueid: desk.ids.legal,
        msdyn_sessioncreationreason: 192350024,
        msdyn_closurereason: null,
        statecode: 0,
      },
    ]);
    expect(row).toMatchObject({
      statecode: 0,
      statuscode: 2,
      msdyn_statuschangereason: 192350002,
      msdyn_cdsqueueid: desk.ids.legal,
      msdyn_lastsessionid: sessions[1]?.activityid,
      msdyn_activeagentid: agent,
      msdyn_activeagentassignedon: sessions[1]?.msdyn_agentassignedon,
      msdyn_transfercount: 0,
      msdyn_escalationcount: 0,
    });
    expect(live).toMatchObject({
      statecode: 1,
      statuscode: 2,
      msdyn_statecode: 1,
      msdyn_statuscode: 2,
      msdyn_activeagentid: agent,
      msdyn_cdsqueueid: desk.ids.legal,
      msdyn_oclastsessionid: sessions[1]?.activityid,
    });
    expect(participants[0]?.msdyn_lefton).not.toBeNull();
    expect(participants[1]).toMatchObject({
      msdyn_agentid: agent,
      msdyn_name: 'Agent 1',
      msdyn_addedon: row.msdyn_activeagentassignedon,
      msdyn_joinedon: null,
      msdyn_assignreason: 'BotTransferSession',
    });
    expect(offers).toMatchObject([
      { statuscode: 1, wirechief_agentid: agent, wirechief_conversationid: conversation },
    ]);
    expect(Number(offers[0]?.wirechief_expireson) - Number(row.msdyn_activeagentassignedon)).toBe(120_000);
    const items = await desk.store.rows(t.msdyn_ocliveworkitemcontextitem, {
      msdyn_ocliveworkitemid: conversation,
    });
    expect(items.map(({ msdyn_name, msdyn_value }) => [msdyn_name, msdyn_value]).sort()).toEqual([
      ['va_Department', 'Legal'],
      ['va_Scope', 'Contract'],
    ]);
    const [item] = await desk.store.rows(t.queueitem, { queueid: desk.ids.legal });
    expect(item).toMatchObject({
      objectid: { table: 'msdyn_ocliveworkitem', id: conversation },
      workerid: null,
      statecode: 0,
      queueitemid: row.msdyn_queueitemid,
    });
    expect(await statusOf(desk, agent)).toMatchObject({
      msdyn_availableunitscapacity: 70,
      msdyn_assignedconversationcount: 1,
      msdyn_currentpresenceid: presences.busy,
      msdyn_presencemodifiedby: 'SYSTEM',
    });
  });

  it('keeps why: the rules with their status, the candidates', async () => {
    const [run] = await desk.store.rows(t.msdyn_unifiedroutingrun, { msdyn_liveworkitem: conversation });
    expect(run).toMatchObject({
      msdyn_assignedagent: agent,
      msdyn_queue: desk.ids.legal,
      msdyn_routingstatus: 100000006,
    });
    const diagnostics = await desk.store.rows(
      t.msdyn_unifiedroutingdiagnostic,
      { msdyn_ocliveworkitemid: conversation },
      { orderBy: [['msdyn_sequencenumber', 'asc']] },
    );
    expect(diagnostics.map(({ msdyn_diagnosticdatatype }) => msdyn_diagnosticdatatype)).toEqual([0, 3, 4]);
    const [, rules, people] = diagnostics.map(({ msdyn_evaluation }) => JSON.parse(msdyn_evaluation ?? ''));
    expect(rules.rules).toMatchObject([{ name: 'Legal', status: 'Applied', queue: desk.ids.legal }]);
    expect(rules.rules[0].comparisons).toEqual([
      {
        path: 'liveworkitemcontext.va_Department',
        operator: '==',
        expected: ['Legal'],
        actual: ['Legal'],
        result: true,
      },
    ]);
    expect(people.candidates).toMatchObject([{ agent, outcome: 'Assigned', rank: 1, availableUnits: 100 }]);
  });

  it('accepted: joined, in conversation, the queue item has its worker', async () => {
    await desk.engine.run({ type: 'AgentAccepted', conversation, agent }, agent);
    await desk.engine.run({ type: 'AgentAccepted', conversation, agent }, agent);
    await desk.engine.idle();
    expect(types()).toEqual(['StopRinging', 'Arrange']);
    const { row, sessions, participants, offers } = await rowsOf(desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_statuschangereason: 192350003,
      msdyn_isagentaccepted: true,
    });
    expect(row.msdyn_conversationfirstwaittimeinseconds).toBeGreaterThanOrEqual(0);
    expect(sessions[1]?.msdyn_agentacceptedon).not.toBeNull();
    expect(participants[1]).toMatchObject({
      msdyn_joinedon: sessions[1]?.msdyn_agentacceptedon,
      msdyn_mode: 192350002,
    });
    expect(offers).toMatchObject([{ statuscode: 2 }]);
    const [item] = await desk.store.rows(t.queueitem, { queueid: desk.ids.legal });
    expect(item?.workerid).toEqual({ table: 'systemuser', id: agent });
  });

  it('talk, hold and talk again are stopwatches in the participant row', async () => {
    await desk.engine.run({ type: 'MediaConnected', conversation, agent });
    let [, participant] = (await rowsOf(desk, conversation)).participants;
    expect(participant).toMatchObject({ msdyn_talktime: 0, msdyn_startholdtime: null });
    expect(participant?.msdyn_starttalktime).not.toBeNull();
    await desk.engine.run({ type: 'HoldRequested', conversation, agent });
    [, participant] = (await rowsOf(desk, conversation)).participants;
    expect(participant?.msdyn_starttalktime).toBeNull();
    expect(participant?.msdyn_startholdtime).not.toBeNull();
    await desk.engine.run({ type: 'UnholdRequested', conversation, agent });
    await desk.engine.idle();
    expect(types()).toEqual(['Arrange', 'Arrange']);
    [, participant] = (await rowsOf(desk, conversation)).participants;
    expect(participant?.msdyn_startholdtime).toBeNull();
    const events = await desk.store.rows(t.msdyn_ocsessionparticipantevent, {
      msdyn_sessionparticipantid: participant?.msdyn_sessionparticipantid ?? null,
    });
    expect(events).toMatchObject([{ msdyn_eventtype: 192350001, msdyn_eventreason: 192350000 }]);
    expect(events[0]?.msdyn_eventendtime).not.toBeNull();
  });

  it('the caller hangs up: wrap-up, talk summed, left', async () => {
    await desk.engine.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' });
    await desk.engine.idle();
    expect(types()).toEqual(['Release']);
    const { row, live, sessions, participants } = await rowsOf(desk, conversation);
    expect(row).toMatchObject({ statecode: 0, statuscode: 5, msdyn_statuschangereason: 192350006 });
    expect(row.msdyn_wrapupinitiatedon).toEqual(row.msdyn_statusupdatedon);
    expect(row.msdyn_conversationtalktimeinseconds).toBe(participants[1]?.msdyn_talktime);
    expect(live).toMatchObject({ statecode: 4, statuscode: 5 });
    expect(sessions[1]).toMatchObject({
      msdyn_closurereason: 192350022,
      msdyn_sessionclosedon: null,
      statecode: 0,
    });
    expect(participants[1]).toMatchObject({
      msdyn_starttalktime: null,
      msdyn_lefton: row.msdyn_wrapupinitiatedon,
      msdyn_leftonreason: null,
    });
    expect(await statusOf(desk, agent)).toMatchObject({ msdyn_availableunitscapacity: 70 });
  });

  it('the agent closes the session: closed, capacity and presence back', async () => {
    await desk.engine.run({ type: 'SessionClosed', conversation, agent }, agent);
    await desk.engine.idle();
    const { row, live, sessions } = await rowsOf(desk, conversation);
    expect(row).toMatchObject({
      statecode: 1,
      statuscode: 4,
      msdyn_statuschangereason: 192350008,
      msdyn_isabandoned: false,
      msdyn_closedon: sessions[1]?.msdyn_sessionclosedon,
      msdyn_activeagentid: agent,
    });
    expect(live).toMatchObject({ statecode: 3, statuscode: 4, msdyn_closedon: row.msdyn_closedon });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350022, statecode: 1 });
    const [item] = await desk.store.rows(t.queueitem, { queueid: desk.ids.legal });
    expect(item?.statecode).toBe(1);
    expect(await statusOf(desk, agent)).toMatchObject({
      msdyn_availableunitscapacity: 100,
      msdyn_assignedconversationcount: 0,
      msdyn_currentpresenceid: presences.available,
    });
    const history = await desk.store.rows(t.msdyn_agentstatushistory, { msdyn_agentid: agent });
    expect(history.filter(({ msdyn_endtime }) => msdyn_endtime === null)).toHaveLength(1);
    expect(history).toHaveLength(3);
  });

  it('wrote no phone call activity, and left no timer behind', async () => {
    expect(await count(desk, 'phonecall')).toBe(0);
    expect(await desk.store.query({ text: 'select * from wirechief.timer', values: [] })).toEqual([]);
    expect(desk.lines).toEqual([]);
  });
});
