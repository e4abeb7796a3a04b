import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPhone, type Phone } from '../phone/phone.ts';
import { waitFor } from '../server/server.ts';
import { chromiumPath, type Person } from './browser.ts';
import {
  accept,
  conversationIs,
  type Desk,
  loudness,
  newestConversation,
  openDesk,
  pageHears,
  participantsOf,
  phoneHears,
  sessionsOf,
  signIn,
  unitsFree,
} from './desk.ts';

/** Closure reasons, behaviour.md §2.2. */
const agentReject = 192350001;
const agentTimeout = 192350002;
const agentDisconnected = 192350007;

describe.skipIf(chromiumPath === undefined)('calls that do not go the ordinary way', () => {
  let desk: Desk;
  let agent: Person | undefined;
  let phone: Phone;

  beforeAll(async () => {
    desk = await openDesk();
  }, 120_000);

  beforeEach(async () => {
    agent = await signIn(desk, 'agent', 440);
    phone = await createPhone({ hertz: 1000 });
  });

  afterEach(async () => {
    await phone.close();
    await agent?.close();
    await waitFor(
      'the agent to be gone',
      async () => (await desk.rows('msdyn_agentstatuses')).every(isOffline),
      120_000,
    );
  }, 150_000);

  afterAll(async () => {
    await desk?.close();
  }, 60_000);

  const isOffline = (row: Readonly<Record<string, unknown>>) => row.msdyn_isagentloggedin !== true;
  const dial = (number: string) =>
    phone.dial(`sip:${number}@127.0.0.1:${desk.server.sipPort}`, { from: '+4520000001' });
  const offerCard = () => {
    if (agent === undefined) throw new Error('no agent');
    return agent.page.getByRole('alertdialog');
  };

  it('abandoned in the IVR: closed, not abandoned (behaviour.md §1.7)', async () => {
    await dial('+4570000001');
    await waitFor('the prompt', () => loudness(phone) > 200);
    await phone.hangUp();
    const conversation = await conversationIs(desk, 4);
    expect(conversation.msdyn_isabandoned).toBe(false);
    const sessions = await sessionsOf(desk, conversation.activityid);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.statecode).toBe(1);
  });

  it('rejected: session closed AgentReject, the same work is offered again (behaviour.md §4.9)', async () => {
    await dial('+4570000104');
    await offerCard().getByRole('button', { name: 'Reject' }).click();
    const { activityid } = await newestConversation(desk);
    const first = await waitFor('the first session to close', async () => {
      const [session] = await sessionsOf(desk, activityid);
      return session?.statecode === 1 && session;
    });
    expect(first.msdyn_closurereason).toBe(agentReject);
    const [declined] = await participantsOf(desk, first.activityid);
    expect(declined).toMatchObject({ msdyn_leftonreason: 'AgentReject', msdyn_joinedon: null });
    // Only this agent fits, so the work comes back: up to three times.
    await accept(agent ?? fail());
    await phoneHears(phone, 440);
    const sessions = await sessionsOf(desk, activityid);
    expect(sessions[1]?.msdyn_sessioncreationreason).toBe(192350008); // AgentInviteRejected, §2.1
    await phone.hangUp();
    await agent?.page.getByRole('button', { name: 'Close session' }).click();
    await conversationIs(desk, 4);
  });

  it('timed out by the server: AgentTimeout, back to Open; the caller gives up: abandoned (§1.2, §1.7)', async () => {
    const templates = await desk.rows('msdyn_notificationtemplates?$select=msdyn_timeout');
    const setTimeouts = async (seconds: number) => {
      for (const { msdyn_notificationtemplateid: id } of templates) {
        const response = await desk.server.api(`msdyn_notificationtemplates(${id})`, {
          method: 'PATCH',
          body: { msdyn_timeout: seconds },
        });
        expect(response.status).toBe(204);
      }
    };
    await setTimeouts(1);
    try {
      await dial('+4570000104');
      await offerCard().waitFor();
      const { activityid } = await newestConversation(desk);
      const first = await waitFor('the offer to time out', async () => {
        const [session] = await sessionsOf(desk, activityid);
        return session?.statecode === 1 && session;
      });
      expect(first.msdyn_closurereason).toBe(agentTimeout);
      const [missed] = await participantsOf(desk, first.activityid);
      expect(missed?.msdyn_leftonreason).toBe('AgentTimeout');
      await waitFor('all three tries', async () => (await sessionsOf(desk, activityid)).length >= 3);
    } finally {
      await setTimeouts(120);
    }
    await phone.hangUp();
    const conversation = await conversationIs(desk, 4);
    expect(conversation.msdyn_isabandoned).toBe(true);
    await waitFor('capacity back', async () => (await unitsFree(desk, 'agent')) === 100);
  });

  it('abandoned in the queue: closed and abandoned, nobody was asked (§1.7)', async () => {
    await agent?.close();
    agent = undefined;
    await waitFor(
      'the agent to be gone',
      async () => (await desk.rows('msdyn_agentstatuses')).every(isOffline),
      120_000,
    );
    await dial('+4570000104');
    await conversationIs(desk, 1);
    await waitFor('wait music', () => loudness(phone) > 100 && phone.share(440, 400) < 0.05);
    await phone.hangUp();
    expect((await conversationIs(desk, 4)).msdyn_isabandoned).toBe(true);
  }, 300_000);

  it('agent page closed while ringing: the offer is withdrawn at once, the work waits again', async () => {
    await dial('+4570000104');
    await offerCard().waitFor();
    const { activityid } = await newestConversation(desk);
    await agent?.close();
    agent = undefined;
    const first = await waitFor('the session to close', async () => {
      const [session] = await sessionsOf(desk, activityid);
      return session?.statecode === 1 && session;
    });
    expect(first.msdyn_closurereason).toBe(agentDisconnected);
    const row = await newestConversation(desk);
    expect(row).toMatchObject({ statuscode: 1, _msdyn_activeagentid_value: null });
    await phone.hangUp();
    expect((await conversationIs(desk, 4)).msdyn_isabandoned).toBe(true);
    expect(await desk.rows('wirechief_offers?$filter=statuscode eq 1')).toEqual([]);
  });

  it('agent page reloaded in a call: music meanwhile, then both hear each other again', async () => {
    const person = agent ?? fail();
    await dial('+4570000104');
    await accept(person);
    await phoneHears(phone, 440);
    person.page.on('dialog', (dialog) => void dialog.accept());
    await person.page.reload();
    await phoneHears(phone, 440);
    await pageHears(person, 1000);
    const { activityid, statuscode } = await newestConversation(desk);
    expect(statuscode).toBe(2);
    expect(await sessionsOf(desk, activityid)).toHaveLength(1);
    await phone.hangUp();
    await person.page.getByRole('button', { name: 'Close session' }).click();
    await conversationIs(desk, 4);
  });
});

function fail(): never {
  throw new Error('the agent has no page');
}
