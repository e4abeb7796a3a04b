/** What waiting conversations ask for, as parts of the statements that read a queue or all that waits.
 *  Source: behaviour.md §4.5, §4.6, §4.9; rules.md §7. */
import { type HeldSkill, normalised, type RequiredSkill, type Skill } from '../../routing/index.ts';
import { presences } from '../../tables/index.ts';
import type { PresenceToSet, Wants } from '../assignment-facts.ts';
import { number, numberOrNull, type RowReader } from './rows.ts';

/** What conversation `c` asks for; named by wantsSelection. Preferred people are those of a contact, three at most, the
 *  first preference first, where the organisation has them switched on. */
export const wantsJoin = `cross join lateral (
    select json_agg(json_build_object('skill', h."characteristicid", 'label', h."name", 'value', v."value",
      'low', m."minratingvalue", 'high', m."maxratingvalue") order by h."name", h."characteristicid") as skills
    from "dataverse"."msdyn_ocliveworkitemcharacteristic" x
    join "dataverse"."characteristic" h on h."characteristicid" = x."msdyn_characteristic"
    left join "dataverse"."ratingvalue" v on v."ratingvalueid" = x."msdyn_ratingvalue"
    left join "dataverse"."ratingmodel" m on m."ratingmodelid" = v."ratingmodel"
    where x."msdyn_ocliveworkitemid" = c."activityid" and x."statecode" = 0
      and x."msdyn_status" is distinct from 192350001) asked
  cross join lateral (
    select count(distinct "wirechief_agentid")::int4 as decliners from "dataverse"."wirechief_offer"
    where "wirechief_conversationid" = c."activityid" and "statuscode" in (3, 4)) declined
  left join lateral (
    select "msdyn_number_of_declines_allowed" as declines, "msdyn_enable_preferred_agent_routing" as prefers,
      "msdyn_preferredagentbackupmode" as backup,
      case when "msdyn_enable_missed_notifications"
        then coalesce("msdyn_inactive_presence_lookup", '${presences.inactive}') end as missed,
      case when "msdyn_enable_agent_reject_notifications"
        then coalesce("msdyn_dnd_presence_lookup", '${presences.doNotDisturb}') end as rejected
    from "dataverse"."msdyn_omnichannelconfiguration" where "statecode" = 0
    order by "createdon", "msdyn_omnichannelconfigurationid" limit 1) setting on true
  left join "dataverse"."msdyn_presence" missed on missed."msdyn_presenceid" = setting.missed
  left join "dataverse"."msdyn_presence" rejected on rejected."msdyn_presenceid" = setting.rejected
  cross join lateral (
    select json_agg(y.agent order by y.rating, y.id) as preferred from (
      select p."msdyn_systemuserid" as agent, p."msdyn_preferencerating" as rating, p."msdyn_preferredagentid" as id
      from "dataverse"."msdyn_preferredagent" p
      where setting.prefers and c."msdyn_customer@table" = 'contact' and p."msdyn_recordid" = c."msdyn_customer"
        and p."msdyn_recordid@table" = 'contact' and p."statecode" = 0 and p."msdyn_systemuserid" is not null
      order by 2 nulls last, 3 limit 3) y) liked`;

/** The columns that `wantsJoin` gives. */
export const wantsSelection = `asked.skills, declined.decliners, setting.declines as declines_allowed, setting.backup, liked.preferred,
  missed."msdyn_presenceid" as missed, missed."msdyn_basepresencestatus" as missed_base,
  rejected."msdyn_presenceid" as rejected, rejected."msdyn_basepresencestatus" as rejected_base`;

/** Reads the record; the rules of a queue of its own are read apart. */
export function toWants(record: Record<string, unknown>): Omit<Wants, 'rules'> {
  return {
    skills: required(record.skills),
    // The database edge: wantsJoin builds a list of ids.
    preferred: Array.isArray(record.preferred) ? (record.preferred as readonly string[]) : [],
    preferredOnly: record.backup === 192350000,
    maximumDeclines: declinesOf(numberOrNull(record.declines_allowed)),
    decliners: number(record.decliners),
    afterMissed: toPresence(record.missed, record.missed_base),
    afterRejected: toPresence(record.rejected, record.rejected_base),
  };
}

/** As many as the setting may say (behaviour.md §4.9); another number says nothing. */
const declinesOf = (allowed: number | null): number | null =>
  allowed !== null && allowed >= 1 && allowed <= 5 ? allowed : null;

function toPresence(presence: unknown, base: unknown): PresenceToSet | null {
  return typeof presence === 'string' && typeof base === 'number' ? { presence, base } : null;
}

/** Skills with the ratings that are asked of them, as `toWants` gives those of a conversation. */
export async function readNamedSkills(
  reader: RowReader,
  skills: readonly Skill[],
): Promise<readonly RequiredSkill[]> {
  if (skills.length === 0) return [];
  const [record] = await reader.query({
    text: `select json_agg(json_build_object('skill', h."characteristicid", 'label', h."name", 'value', v."value",
        'low', m."minratingvalue", 'high', m."maxratingvalue") order by h."name", h."characteristicid") as skills
      from unnest($1::uuid[], $2::uuid[]) as x(skill, rating)
      join "dataverse"."characteristic" h on h."characteristicid" = x.skill
      left join "dataverse"."ratingvalue" v on v."ratingvalueid" = x.rating
      left join "dataverse"."ratingmodel" m on m."ratingmodelid" = v."ratingmodel"`,
    values: [skills.map(({ characteristic }) => characteristic), skills.map(({ rating }) => rating)],
    name: 'why_skills',
  });
  return required(record?.skills);
}

/** The skills of person `u`. */
export const skillsOfPerson = `select json_agg(json_build_object('skill', b."characteristic", 'value', v."value",
      'low', m."minratingvalue", 'high', m."maxratingvalue")) as skills
    from "dataverse"."bookableresource" r
    join "dataverse"."bookableresourcecharacteristic" b on b."resource" = r."bookableresourceid"
      and b."statecode" = 0
    left join "dataverse"."ratingvalue" v on v."ratingvalueid" = b."ratingvalue"
    left join "dataverse"."ratingmodel" m on m."ratingmodelid" = v."ratingmodel"
    where r."userid" = u."systemuserid" and r."statecode" = 0`;

/** Reads the skills of `skillsOfPerson`. */
export const toSkills = (skills: unknown): readonly HeldSkill[] => rated(skills).map(rating);

const required = (skills: unknown): readonly RequiredSkill[] =>
  rated(skills).map((one) => ({ ...rating(one), label: one.label ?? one.skill }));

interface Rated {
  readonly skill: string;
  readonly label?: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

// The database edge: the statements above build exactly these objects.
const rated = (skills: unknown): readonly Rated[] =>
  Array.isArray(skills) ? (skills as readonly Rated[]) : [];

const rating = ({ skill, value, low, high }: Rated): HeldSkill => ({
  skill,
  rating: value === null ? null : normalised(value, low, high),
});
