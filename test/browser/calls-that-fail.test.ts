import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPhone, type Phone } from '../phone/phone.ts';
import { waitFor } from '../server/server.ts';
import { chromiumPath, type Person } from './browser.ts';
import {
  type ApiRow,
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
const autoRejectedDueToBrowserRefresh = 192350064;
/** Number of the world that rings without a bot: each test needs only the agent's part. */
const straight = '+4570000104';

describe.skipIf(chromiumPath === undefined)('calls that do not go the ordinary way', () => {
  let desk: Desk;
  let agent: Person;
  let phone: Phone;

  beforeAll(async () => {
    desk = await openDesk();
    agent = await signIn(desk, 'agent', 440);
  }, 120_000);

  beforeEach(async () => {
    phone = await createPhone({ hertz: 1000 });
  });

  afterEach(async () => {
    await phone.close();
  });

  afterAll(async () => {
    await agent?.close();
    await desk?.close();
  }, 60_000);

  const dial = (number: string) =>
    phone.dial(`sip:${number}@127.0.0.1:${desk.server.sipPort}`, { from: '+4520000001' });
  const offerCard = () => agent.page.getByRole('alertdialog');
  const closeSession = () => agent.page.getByRole('button', { name: 'Close session' }).click();
  const choosePresence = async (from: string, to: string) => {
    await agent.page.getByRole('button', { name: `Presence: ${from}` }).click();
    await agent.page.getByRole('menuitemradio', { name: to }).click();
    await agent.page.getByRole('button', { name: `Presence: ${to}` }).waitFor();
  };
  const allUnitsBack = () => waitFor('capacity back', async () => (await unitsFree(desk, 'agent')) === 100);
  const firstSessionClosed = (conversation: unknown): Promise<ApiRow> =>
    waitFor('the first session to close', async () => {
      const [session] = await sessionsOf(desk, conversation);
      return session?.statecode === 1 && session;
    });

  it('abandoned in the IVR: closed, not abandoned, nobody was asked (behaviour.md §1.7)', async () => {
    await dial('+4570000001');
    await waitFor('the prompt', () => loudness(phone) > 200);
    await phone.hangUp();
    const conversation = await conversationIs(desk, 4);
    expect(conversation.msdyn_isabandoned).toBe(false);
    const sessions = await sessionsOf(desk, conversation.activityid);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.statecode).toBe(1);
  });

  it('rejected: session closed AgentReject, the same work is offered again (§4.9)', async () => {
    await dial(straight);
    await offerCard().getByRole('button', { name: 'Reject' }).click();
    const { activityid } = await newestConversation(desk);
    const first = await firstSessionClosed(activityid);
    expect(first.msdyn_closurereason).toBe(agentReject);
    const [declined] = await participantsOf(desk, first.activityid);
    expect(declined).toMatchObject({ msdyn_leftonreason: 'AgentReject', msdyn_joinedon: null });
    // Only this agent fits, so the work comes back: up to three times.
    await accept(agent);
    await phoneHears(phone, 440);
    const sessions = await sessionsOf(desk, activityid);
    expect(sessions[1]?.msdyn_sessioncreationreason).toBe(192350008); // AgentInviteRejected, §2.1
    await phone.hangUp();
    await closeSession();
    await conversationIs(desk, 4);
    await allUnitsBack();
  });

  it('timed out by the server: AgentTimeout, offered again; the caller gives up: abandoned (§1.2, §1.7)', async () => {
    const templates = await desk.rows('msdyn_notificationtemplates?$select=msdyn_timeout');
    const setTimeouts = async (seconds: number) => {
      for (const { msdyn_notificationtemplateid: id } of templates) {
        const body = { msdyn_timeout: seconds };
        const response = await desk.server.api(`msdyn_notificationtemplates(${id})`, {
          method: 'PATCH',
          body,
        });
        expect(response.status).toBe(204);
      }
    };
    await setTimeouts(1);
    try {
      await dial(straight);
      await offerCard().waitFor();
      const { activityid } = await newestConversation(desk);
      const first = await firstSessionClosed(activityid);
      expect(first.msdyn_closurereason).toBe(agentTimeout);
      const [missed] = await participantsOf(desk, first.activityid);
      expect(missed).toMatchObject({ msdyn_leftonreason: 'AgentTimeout', msdyn_joinedon: null });
      await waitFor('all three tries', async () => (await sessionsOf(desk, activityid)).length >= 4);
      await waitFor('nobody left to ask', async () => (await newestConversation(desk)).statuscode === 1);
    } finally {
      await setTimeouts(120);
    }
    await phone.hangUp();
    expect((await conversationIs(desk, 4)).msdyn_isabandoned).toBe(true);
    await allUnitsBack();
  });

  it('abandoned in the queue: presence acts at once, nobody is asked, closed and abandoned (§1.7, §4.7)', async () => {
    await choosePresence('Available', 'Do not disturb');
    await dial(straight);
    await waitFor('wait music', () => loudness(phone) > 100 && phone.share(440, 400) < 0.05);
    const waiting = await conversationIs(desk, 1);
    await phone.hangUp();
    const conversation = await conversationIs(desk, 4);
    expect(conversation).toMatchObject({ activityid: waiting.activityid, msdyn_isabandoned: true });
    const sessions = await sessionsOf(desk, conversation.activityid);
    expect(await participantsOf(desk, sessions[0]?.activityid)).toEqual([]);
    await choosePresence('Do not disturb', 'Available');
  });

  it('work that waits is offered when an agent becomes available (§4.4)', async () => {
    await choosePresence('Available', 'Appear away');
    await dial(straight);
    await conversationIs(desk, 1);
    await choosePresence('Appear away', 'Available');
    await accept(agent);
    await phoneHears(phone, 440);
    await phone.hangUp();
    await closeSession();
    await conversationIs(desk, 4);
    await allUnitsBack();
  });

  it('agent page reloaded in a call: the same session goes on, both hear each other again', async () => {
    await dial(straight);
    await accept(agent);
    await phoneHears(phone, 440);
    agent.page.once('dialog', (dialog) => void dialog.accept());
    await agent.page.reload();
    await phoneHears(phone, 440);
    await pageHears(agent, 1000);
    const { activityid, statuscode } = await newestConversation(desk);
    expect(statuscode).toBe(2);
    expect(await sessionsOf(desk, activityid)).toHaveLength(1);
    await phone.hangUp();
    await closeSession();
    await conversationIs(desk, 4);
    await allUnitsBack();
  });

  it('agent page closed while ringing: the offer is withdrawn at once, the work waits again', async () => {
    await dial(straight);
    await offerCard().waitFor();
    const { activityid } = await newestConversation(desk);
    await agent.close();
    const first = await firstSessionClosed(activityid);
    expect(first.msdyn_closurereason).toBe(autoRejectedDueToBrowserRefresh);
    expect(await newestConversation(desk)).toMatchObject({ statuscode: 1, _msdyn_activeagentid_value: null });
    expect(await desk.rows('wirechief_offers?$filter=statuscode eq 1')).toEqual([]);
    await phone.hangUp();
    expect((await conversationIs(desk, 4)).msdyn_isabandoned).toBe(true);
  });
});
