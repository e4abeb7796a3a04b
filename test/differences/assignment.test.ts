/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { computedPresence, maximumSessions } from '../../src/conversation/presence.ts';
import { dayOf } from '../../src/conversation/read/people.ts';
import {
  assign,
  type Candidate,
  type Demand,
  matchingOf,
  Planner,
  readRuleSet,
} from '../../src/routing/index.ts';
import { msdyn_agentstatus } from '../../src/tables/dataverse/index.ts';
import { presences } from '../../src/tables/index.ts';
import { openTestWebApi } from '../compat/harness.ts';
import { deskOfTests } from '../engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../engine/front-desk.ts';

const demand: Demand = {
  method: 'leastActive',
  telephone: true,
  node: null,
  requiredUnits: 30,
  profiles: [],
  allowedPresences: [192360000],
  skills: [],
  matching: 'exact',
  maximumDeclines: 3,
  affinity: null,
  preferred: [],
  preferredOnly: false,
  rules: null,
};
const person = (agent: string, more: Partial<Candidate> = {}): Candidate => ({
  agent,
  name: agent,
  signedIn: true,
  basePresence: 192360000,
  availableUnits: 100,
  profiles: [],
  blocked: false,
  skills: [],
  sessions: 0,
  liveCalls: 0,
  node: null,
  lastReleasedOn: null,
  lastAssignedOn: null,
  joinedRank: 0,
  declines: 0,
  facts: new Map(),
  ...more,
});

describe('assignment differs from the product', () => {
  it('48 an item behind more than a hundred that nobody fits is matched', () => {
    const planner = new Planner();
    const skills = [{ skill: 'rare', label: 'rare', rating: null }];
    for (let turn = 0; turn < 150; turn += 1)
      planner.putItem({
        id: `r${turn}`,
        queue: 'q',
        key: 'rare',
        turn: [turn],
        demand: { ...demand, skills },
      });
    planner.putItem({ id: 'plain', queue: 'q', key: '', turn: [150], demand });
    const queues = new Map([['q', { joinedRank: 0, lastAssignedOn: null }]]);
    planner.putAgent({ candidate: person('a'), queues });
    expect(planner.next()).toEqual({ item: 'plain', agent: 'a' });
  });

  it('49 the day of a profile begins at midnight UTC', () => {
    expect(dayOf(new Date('2026-11-21T23:59:59Z'))).toEqual(new Date('2026-11-21T00:00:00Z'));
    expect(dayOf(new Date('2026-11-22T00:00:00Z'))).toEqual(new Date('2026-11-22T00:00:00Z'));
  });

  it('50 ten sessions are Do not disturb, and nobody is asked who has ten', () => {
    const work = { maximumUnits: 1000, heldUnits: 100, profiles: [], sessions: maximumSessions };
    expect(computedPresence(work)).toBe(192360002);
    expect(computedPresence({ ...work, sessions: maximumSessions - 1 })).toBe(192360001);
    expect(assign(demand, [person('a', { sessions: maximumSessions })]).chosen).toBeNull();
  });

  it.each(['unitCapacity', 'profileCapacity', 'proficiency', 'skillCount'])('51 agent.%s orders', (name) => {
    const definition = `<decision version="1"><rules><rule id="1" name="all"><action>
      <orderby type="attribute" descending="true">agent.${name}</orderby></action></rule></rules></decision>`;
    const step = { id: 's', name: null, isDefault: true, read: readRuleSet(definition, null) };
    const better = person('b', {
      availableUnits: 101,
      profiles: [{ profile: 'p', available: 1 }],
      skills: [{ skill: 's', rating: 1 }],
    });
    const rules = { step, facts: new Map(), notes: [] };
    const result = assign({ ...demand, method: 'custom', rules }, [person('a'), better]);
    expect(result).toMatchObject({ chosen: 'b', notes: [] });
  });

  it('52 an empty matching logic is none', () => {
    expect(matchingOf(null)).toBe('none');
  });

  describe('by hand', () => {
    const at = deskOfTests();
    it('53 a session that is taken out of its queue for a person ends with Default, and they are asked', async () => {
      await at.open({ capacity: 10 });
      const conversation = await at.offered();
      await at.run({ type: 'WorkAssigned', conversation, agent: at.agent() });
      const { sessions, offers } = await rowsOf(at.desk, conversation);
      expect(sessions.at(-2)?.msdyn_closurereason).toBe(192350000);
      expect(offers).toMatchObject([{ statuscode: 1, wirechief_agentid: at.agent() }]);
    });
  });

  it('82 bullseye routing answers 501 and names it', async () => {
    const web = await openTestWebApi();
    try {
      const body = { msdyn_name: 'Groups', msdyn_type: 192350003 };
      const { status, json } = await web.call('POST', 'msdyn_routingconfigurationsteps', { body });
      expect([status, json.error.code]).toEqual([501, '0x80060888']);
      expect(json.error.message).toContain('Agent Group identification (bullseye routing) is not there');
    } finally {
      await web.close();
    }
  });

  describe('a consultation', () => {
    const at = deskOfTests();
    const talking = async (n: number) => {
      await at.open({ agents: n, workstream: { msdyn_blockcapacityforconsult: [192350002] } });
      const conversation = await at.talking();
      for (const one of at.desk.ids.agents.slice(1)) await signIn(at.desk, one);
      return { type: 'ConsultRequested', conversation, agent: at.agent(), number: null } as const;
    };

    it('85 by name gives capacity from being asked, where the workstream names Voice consult', async () => {
      await at.run({ ...(await talking(2)), to: at.agent(1) });
      expect(await statusOf(at.desk, at.agent(1))).toMatchObject({ msdyn_availableunitscapacity: 70 });
    });

    it('92 of a queue asks each once, needs no switch, and ends when nobody is left', async () => {
      const consult = { ...(await talking(2)), to: null, queue: at.desk.ids.front };
      const { conversation } = consult;
      await at.run(consult);
      await at.run({ type: 'AgentRejected', conversation, agent: at.agent(1) });
      expect(await statusOf(at.desk, at.agent(1))).toMatchObject({ msdyn_availableunitscapacity: 100 });
      await expect(at.run(consult)).rejects.toMatchObject({ key: 'conflict' });
    });
  });

  it('54 CCaaS_GetPresence knows one page and one channel', async () => {
    const web = await openTestWebApi();
    try {
      expect((await web.call('GET', 'CCaaS_GetPresence()')).status).toBe(404);
      const { json: me } = await web.call('GET', 'WhoAmI');
      await web.create('msdyn_presences', {
        msdyn_presenceid: presences.available,
        msdyn_name: 'Available',
        msdyn_basepresencestatus: 192360000,
      });
      const status = {
        'msdyn_agentid@odata.bind': `systemusers(${me.UserId})`,
        'msdyn_currentpresenceid@odata.bind': `msdyn_presences(${presences.available})`,
      };
      await web.create('msdyn_agentstatushistories', {
        'msdyn_Agentid@odata.bind': `systemusers(${me.UserId})`,
        msdyn_isagentloggedin: true,
        msdyn_starttime: '2026-11-21T09:00:00Z',
      });
      await web.create(msdyn_agentstatus.entitySetName, { ...status, msdyn_isagentloggedin: true });
      const { json } = await web.call('GET', 'CCaaS_GetPresence()');
      expect(json).toMatchObject({
        ActiveBrowserSessions: 1,
        AgentId: me.UserId,
        Timestamp: Date.parse('2026-11-21T09:00:00Z') / 1000,
        AllowedChannels: ['voice'],
        CurrentPresenceStatusInfo: 'Available',
        DisabledChannels: [],
        PresenceId: presences.available,
      });
    } finally {
      await web.close();
    }
  });
});
