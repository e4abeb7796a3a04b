/** What a conversation takes of a person's capacity, as a part of the statement that reads its situation.
 *  Source: behaviour.md §4.8; rules.md §7. */
import { isCallInSql } from '../channels.ts';
import type { Load, WorkstreamFacts } from '../situation.ts';

/** The profiles of conversation `c` and, when it goes by profiles, of its workstream `w`; named by loadSelection. */
export const loadJoin = `cross join lateral (
    select json_agg(json_build_object('id', y."msdyn_capacityprofileid", 'name', y."msdyn_name", 'kept', k.kept)
      order by y."msdyn_name", y."msdyn_capacityprofileid") as profiles
    from (select profile, bool_or(kept) as kept from (
        select "msdyn_capacityprofileid" as profile, true as kept
          from "dataverse"."msdyn_ocliveworkitemcapacityprofile"
          where "msdyn_ocliveworkitemid" = c."activityid" and "statecode" = 0
        union all select "msdyn_capacityprofile_id", false from "dataverse"."msdyn_liveworkstreamcapacityprofile"
          where "msdyn_workstream_id" = c."msdyn_liveworkstreamid" and "statecode" = 0
            and w."msdyn_capacityformat" = 192360000) one group by profile) k
    join "dataverse"."msdyn_capacityprofile" y
      on y."msdyn_capacityprofileid" = k.profile and y."statecode" = 0) load`;

/** The columns to be read with `loadJoin`. */
export const loadSelection = `load.profiles, ${isCallInSql('c')} as telephone, c."wirechief_node" as node`;

interface NamedProfile {
  readonly id: string;
  readonly name: string | null;
  readonly kept: boolean;
}

/** Reads the record. Under profiles the units of the workstream mean nothing (rules.md §7); fewer than none are none. */
export function toLoad(
  workstream: WorkstreamFacts,
  { profiles, telephone, node }: Record<string, unknown>,
): Load {
  // The database edge: loadJoin builds exactly these objects.
  const named = Array.isArray(profiles) ? (profiles as readonly NamedProfile[]) : [];
  return {
    units:
      workstream.msdyn_capacityformat === 192360000 ? 0 : Math.max(0, workstream.msdyn_capacityrequired ?? 0),
    telephone: telephone === true,
    node: typeof node === 'string' ? node : null,
    profiles: named.map(({ id, name }) => ({ id, name })),
    unkept: named.flatMap(({ id, kept }) => (kept ? [] : [id])),
  };
}
