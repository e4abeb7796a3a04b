/** What tests of calls with several parties look at: the last plan of the room, and the rows of those in it. */
import type { RoomPlan } from '../../src/conversation/index.ts';
import { msdyn_ocvoicechannelsetting } from '../../src/tables/dataverse/index.ts';
import { type Row, systemUserId, type Values } from '../../src/tables/index.ts';
import { wirechief_callparty } from '../../src/tables/wirechief/wirechief_callparty.ts';
import type { FrontDesk } from './front-desk.ts';

/** The last plan of a conversation's room; null when there was none. */
export function lastPlan({ effects }: FrontDesk, conversation: string): RoomPlan | null {
  const plans = effects.flatMap((effect) =>
    effect.type === 'Arrange' && effect.conversation === conversation ? [effect.room] : [],
  );
  return plans.at(-1) ?? null;
}

/** The plan in short: `primary:<id>`, with a `~` before whoever is on hold; the caller first. */
export function inShort(plan: RoomPlan | null): readonly string[] {
  if (plan === null) return [];
  const mark = (held: boolean): string => (held ? '~' : '');
  return [
    `${mark(plan.caller.held)}customer`,
    ...plan.parties.map(({ part, held, id }) => `${mark(held)}${part}:${id}`),
  ];
}

/** The rows of those who are or were in the call, oldest first. */
export const partiesOf = (
  { store }: FrontDesk,
  conversation: string,
): Promise<Row<typeof wirechief_callparty>[]> =>
  store.rows(
    wirechief_callparty,
    { wirechief_conversationid: conversation },
    {
      orderBy: [
        ['createdon', 'asc'],
        ['wirechief_callpartyid', 'asc'],
      ],
    },
  );

/** Sets the voice settings of every number. */
export async function setVoice(
  { store }: FrontDesk,
  values: Values<typeof msdyn_ocvoicechannelsetting>,
): Promise<void> {
  const rows = await store.rows(msdyn_ocvoicechannelsetting, {});
  await store.transact({ actor: systemUserId, cause: 'test' }, async (transaction) => {
    for (const { msdyn_ocvoicechannelsettingid: id } of rows)
      await transaction.update(msdyn_ocvoicechannelsetting, id ?? '', values);
  });
}
