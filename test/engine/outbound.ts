/** Outbound profiles of a test: a workstream of direction Outbound with its number, voice settings and capacity profile. */
import type { Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import type { Values } from '../../src/tables/index.ts';
import { make } from './world.ts';

/** What a test wishes of one. `countries`: the allow list, every country unless given. `units`: the limit. */
export interface ProfileWishes {
  readonly name: string;
  readonly number: string;
  readonly countries?: string;
  readonly limit?: number;
  readonly queue?: string;
  readonly agents: readonly string[];
  readonly voice?: Values<typeof t.msdyn_ocvoicechannelsetting>;
}

/** Makes it; gives the id of the workstream. */
export async function makeOutboundProfile(store: Store, wishes: ProfileWishes): Promise<string> {
  const { name, number, countries, limit = 1, queue, agents, voice } = wishes;
  const workstream = await make(store, t.msdyn_liveworkstream, {
    msdyn_name: name,
    msdyn_streamsource: 192440000,
    msdyn_direction: 1,
    msdyn_capacityformat: 192360000,
    ...(queue === undefined ? {} : { msdyn_outboundqueueid: queue }),
  });
  const msdyn_phonenumberid = await make(store, t.msdyn_ocphonenumber, {
    msdyn_name: number,
    msdyn_phonenumber: number,
    msdyn_phoneoutboundenabled: true,
  });
  await make(store, t.msdyn_ocvoicechannelsetting, {
    msdyn_phonenumberid,
    msdyn_liveworkstreamid: workstream,
    ...(countries === undefined ? {} : { msdyn_outboundcallregionallowlist: countries }),
    ...voice,
  });
  const profile = await make(store, t.msdyn_capacityprofile, {
    msdyn_name: name,
    msdyn_defaultmaxunits: limit,
  });
  await make(store, t.msdyn_liveworkstreamcapacityprofile, {
    msdyn_workstream_id: workstream,
    msdyn_capacityprofile_id: profile,
  });
  for (const userid of agents) {
    const [known] = await store.rows(t.bookableresource, { userid });
    const resource =
      known?.bookableresourceid ??
      (await make(store, t.bookableresource, { name: userid, resourcetype: 3, userid }));
    await make(store, t.msdyn_bookableresourcecapacityprofile, {
      msdyn_bookableresourceid: resource,
      msdyn_capacityprofileid: profile,
      msdyn_maxunits: limit,
    });
  }
  return workstream;
}
