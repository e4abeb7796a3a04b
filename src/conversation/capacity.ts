/** The rows that show what is left of a person's capacity: one for each profile with its open history, and the history
 *  of the units. Decisions never rest on them (see read/people.ts). Source: behaviour.md §4.8. */
import {
  msdyn_agentcapacityprofileunit,
  msdyn_agentcapacityupdatehistory,
} from '../tables/dataverse/index.ts';
import type { Values } from '../tables/index.ts';
import type { Draft } from './decision.ts';
import type { AgentFacts, ProfileRoom } from './situation.ts';

/** Writes what changed between `before` and `after`; nothing for what did not. */
export function writeCapacity(draft: Draft, before: AgentFacts, after: AgentFacts): void {
  if (before.heldUnits !== after.heldUnits)
    writeHistory(draft, after, after.capacityHistory, {
      msdyn_isunitbased: true,
      msdyn_defaultmaxunits: after.maximumUnits,
      msdyn_availablecapacityprofileunits: after.maximumUnits - after.heldUnits,
    });
  for (const room of after.profiles) {
    const held = before.profiles.find(({ profile }) => profile === room.profile)?.held ?? 0;
    if (held !== room.held) writeProfile(draft, after, room);
  }
}

function writeProfile(draft: Draft, agent: AgentFacts, room: ProfileRoom): void {
  const available = room.maximum - room.held;
  const values = {
    msdyn_availablecapacityprofileunits: available,
    msdyn_consumedcapacityprofileunits: room.held,
    msdyn_defaultmaxunits: room.maximum,
    msdyn_isforceassignedprofile: available < 0,
  };
  if (room.unit !== null) draft.update(msdyn_agentcapacityprofileunit, room.unit, values);
  else {
    const identity = {
      msdyn_agentid: agent.agent,
      msdyn_capacityprofileid: room.profile,
      msdyn_name: room.name,
    };
    draft.create(msdyn_agentcapacityprofileunit, { ...identity, ...values });
  }
  writeHistory(draft, agent, room.history, {
    msdyn_capacityprofileid: room.profile,
    msdyn_isunitbased: false,
    msdyn_isforceassignment: available < 0,
    msdyn_blockassignment: room.blocking,
    msdyn_resetduration: room.daily ? 192350001 : 192350000,
    msdyn_defaultmaxunits: room.maximum,
    msdyn_availablecapacityprofileunits: available,
  });
}

function writeHistory(
  draft: Draft,
  agent: AgentFacts,
  open: ProfileRoom['history'],
  values: Values<typeof msdyn_agentcapacityupdatehistory>,
): void {
  if (open !== null) draft.update(msdyn_agentcapacityupdatehistory, open, { msdyn_endtime: draft.now });
  draft.create(msdyn_agentcapacityupdatehistory, {
    msdyn_name: agent.name,
    msdyn_agentid: agent.agent,
    msdyn_presenceid: agent.presence,
    msdyn_starttime: draft.now,
    ...values,
  });
}
