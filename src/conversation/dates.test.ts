import { expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf } from '../../test/engine/front-desk.ts';
import { hasWaited, overflows } from '../../test/engine/overflow-rules.ts';
import { deeds } from '../../test/engine/transition.ts';

const at = clockedDesk();
const acts = deeds(at);

const columns = [
  'msdyn_createdon',
  'msdyn_initiatedon',
  'msdyn_startedon',
  'msdyn_activeagentassignedon',
  'msdyn_statusupdatedon',
  'msdyn_wrapupinitiatedon',
  'msdyn_closedon',
  'msdyn_modifiedon',
] as const;
type Column = (typeof columns)[number];

it('each date is written at its moment, on the conversation and on the ongoing one (behaviour.md §1.6)', async () => {
  await at.open({ agents: 1 });
  let expected: { [C in Column]?: Date | null } = Object.fromEntries(columns.map((one) => [one, null]));
  let conversation = '';
  /** Ten seconds later something happens, and these columns then show that instant; all others show what they did. */
  const step = async (act: () => Promise<unknown>, ...written: readonly Column[]): Promise<void> => {
    await at.pass(10);
    const now = at.now();
    await act();
    expected = { ...expected, ...Object.fromEntries(written.map((one) => [one, now])) };
    const { row, live } = await rowsOf(at.desk, conversation);
    // The ongoing conversation has no column for the beginning of wrap-up.
    const { msdyn_wrapupinitiatedon: _, ...mirrored } = expected;
    expect(row).toMatchObject(expected);
    expect(live).toMatchObject(mirrored);
    expect(row.modifiedon).toEqual(expected.msdyn_modifiedon);
  };
  const intake = async (): Promise<void> => {
    conversation = await at.came('voice');
  };
  const agent = (): string => at.agent();
  await step(intake, 'msdyn_createdon', 'msdyn_initiatedon', 'msdyn_statusupdatedon', 'msdyn_modifiedon');
  await step(acts.signIn, 'msdyn_activeagentassignedon', 'msdyn_statusupdatedon', 'msdyn_modifiedon');
  // Every assignment counts, each offer anew.
  await step(
    () => acts.reject(conversation),
    'msdyn_activeagentassignedon',
    'msdyn_statusupdatedon',
    'msdyn_modifiedon',
  );
  await step(
    () => at.run({ type: 'AgentAccepted', conversation, agent: agent() }),
    'msdyn_startedon',
    'msdyn_statusupdatedon',
    'msdyn_modifiedon',
  );
  await step(() => at.run({ type: 'MediaConnected', conversation, agent: agent() }), 'msdyn_modifiedon');
  await step(() => at.run({ type: 'HoldRequested', conversation, agent: agent() }), 'msdyn_modifiedon');
  await step(
    () => acts.end(conversation),
    'msdyn_wrapupinitiatedon',
    'msdyn_statusupdatedon',
    'msdyn_modifiedon',
  );
  await step(
    () => acts.closeTab(conversation),
    'msdyn_closedon',
    'msdyn_statusupdatedon',
    'msdyn_modifiedon',
  );
});

it('with a bot the conversation is started when it comes (behaviour.md §1.6)', async () => {
  await at.open({ agents: 1 });
  const startedOn = at.now();
  const conversation = await at.withBot('voice');
  await at.pass(10);
  await at.handOver(conversation);
  expect((await rowsOf(at.desk, conversation)).row.msdyn_startedon).toEqual(startedOn);
});

it('queue, newest session, direction, subject (behaviour.md §1.6)', async () => {
  await at.open({ agents: 1 });
  const conversation = await at.withBot('voice');
  const { front, legal } = at.desk.ids;
  const shows = async (queue: string): Promise<void> => {
    const { row, live, sessions } = await rowsOf(at.desk, conversation);
    const session = sessions.at(-1)?.activityid;
    expect(row).toMatchObject({
      msdyn_cdsqueueid: queue,
      msdyn_lastsessionid: session,
      msdyn_isoutbound: false,
      subject: 'Kim Berg: Front-desk workstream',
      msdyn_title: 'Kim Berg: Front-desk workstream',
    });
    expect(live).toMatchObject({ msdyn_cdsqueueid: queue, msdyn_oclastsessionid: session });
  };
  await shows(front);
  await at.pass(1);
  await at.handOver(conversation);
  await shows(legal);
});

it('counters: a transfer by a person counts once, overflow counts apart, the bot’s hand-over does not (behaviour.md §1.6)', async () => {
  await at.open({ agents: 1 });
  await overflows(at.store, at.desk.ids.legal, hasWaited, 'queue', at.desk.ids.front);
  const conversation = await at.withBot('voice');
  const counters = async () => {
    const { row } = await rowsOf(at.desk, conversation);
    return [row.msdyn_transfercount, row.msdyn_overflowtransfercount, row.msdyn_escalationcount];
  };
  await at.handOver(conversation);
  expect(await counters()).toEqual([0, 0, 0]);
  await at.pass(120);
  expect(await counters()).toEqual([0, 1, 0]);
  await acts.signIn();
  await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
  await at.run({ type: 'MediaConnected', conversation, agent: at.agent() });
  await acts.toLegal(conversation);
  expect(await counters()).toEqual([1, 1, 0]);
});
