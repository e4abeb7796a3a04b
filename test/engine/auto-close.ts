/** Limits of a channel's states, as rows. */
import type { Store } from '../../src/store/index.ts';
import { msdyn_occhannelconfiguration } from '../../src/tables/dataverse/index.ts';
import type { Values } from '../../src/tables/index.ts';
import { msdyn_occhannelstateconfiguration } from '../../src/tables/platform/index.ts';

const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'test world' };

type Channel = NonNullable<Values<typeof msdyn_occhannelconfiguration>['msdyn_streamsource']>;
type State = NonNullable<Values<typeof msdyn_occhannelstateconfiguration>['msdyn_ocliveworkitemstate']>;

/** Writes one row a state: 0 open, 1 active, 2 waiting, 4 wrap-up; minutes, null for never. */
export async function autoClose(
  store: Store,
  channel: Channel,
  minutes: { readonly [S in State]?: number | null },
): Promise<void> {
  await store.transact(cause, async (transaction) => {
    const configuration = await transaction.create(msdyn_occhannelconfiguration, {
      msdyn_name: `${channel}`,
      msdyn_streamsource: channel,
    });
    for (const [state, after] of Object.entries(minutes))
      await transaction.create(msdyn_occhannelstateconfiguration, {
        msdyn_name: `${channel} - ${state}`,
        msdyn_occhannelconfigurationid: configuration,
        msdyn_ocliveworkitemstate: Number(state) as State,
        msdyn_autocloseliveworkitemafter: after,
      });
  });
}
