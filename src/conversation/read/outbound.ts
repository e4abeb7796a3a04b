/** The outbound profiles: workstreams of direction Outbound with a number that may call, what each records, which
 *  countries it calls and whose capacity it takes. Source: behaviour.md §3.10; published articles on outbound profiles. */
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { channel } from '../choices.ts';
import type { AutoClose } from '../limits.ts';
import { columns, type Load, type WorkstreamFacts } from '../situation.ts';
import { closesAfterSelection, toClosesAfter } from './closes-after.ts';
import { number, pick, type RowReader, select, text } from './rows.ts';

/** One of them. `number`: ours; `shown`: what the customer sees, null for nothing. `countries`: two letters each, empty
 *  for every one. `capacity`: its capacity profiles. `identifies`: what its workstream says about who a caller is. */
export interface OutboundProfile {
  readonly workstream: WorkstreamFacts;
  readonly closesAfter: AutoClose;
  readonly queue: Guid<'queue'> | null;
  readonly number: string;
  readonly shown: string | null;
  readonly countries: readonly string[];
  readonly capacity: Load['profiles'];
  readonly identifies: { readonly rule: string | null; readonly unknown: number; readonly adopts: boolean };
}

/** Every one, by name. */
export async function readOutboundProfiles(reader: RowReader): Promise<readonly OutboundProfile[]> {
  const records = await reader.query({
    text: `select ${select('w', columns.workstream)}, ${closesAfterSelection(`array[${channel.voiceCall}]`)},
        coalesce(w."msdyn_outboundqueueid", w."msdyn_defaultqueue") as queue,
        w."msdyn_recordidentificationrule" as rule, w."wirechief_unknowncallers" as unknown,
        w."wirechief_adopthistory" as adopts, n."msdyn_phonenumber" as number,
        case when v."msdyn_isanonymouscallerid" then null
          else coalesce(i."msdyn_phonenumber", n."msdyn_phonenumber") end as shown,
        v."msdyn_outboundcallregionallowlist" as countries, takes.profiles
      from "dataverse"."msdyn_liveworkstream" w
      join "dataverse"."msdyn_ocvoicechannelsetting" v
        on v."msdyn_liveworkstreamid" = w."msdyn_liveworkstreamid" and v."statecode" = 0
      join "dataverse"."msdyn_ocphonenumber" n on n."msdyn_ocphonenumberid" = v."msdyn_phonenumberid"
        and n."statecode" = 0 and n."msdyn_phoneoutboundenabled"
      left join "dataverse"."msdyn_ocphonenumber" i
        on i."msdyn_ocphonenumberid" = v."msdyn_calleridphonenumberid" and i."statecode" = 0
      cross join lateral (select json_agg(json_build_object('id', y."msdyn_capacityprofileid", 'name', y."msdyn_name")
          order by y."msdyn_name", y."msdyn_capacityprofileid") as profiles
        from "dataverse"."msdyn_liveworkstreamcapacityprofile" k
        join "dataverse"."msdyn_capacityprofile" y
          on y."msdyn_capacityprofileid" = k."msdyn_capacityprofile_id" and y."statecode" = 0
        where k."msdyn_workstream_id" = w."msdyn_liveworkstreamid" and k."statecode" = 0) takes
      where w."msdyn_direction" = 1 and w."statecode" = 0
      order by w."msdyn_name", w."msdyn_liveworkstreamid", v."msdyn_ocvoicechannelsettingid"`,
    values: [],
    name: 'engine_outbound_profiles',
  });
  return records.flatMap((record) => {
    const workstream = pick(record, 'w', msdyn_liveworkstream, columns.workstream);
    if (!workstream) return [];
    return [
      {
        workstream,
        closesAfter: toClosesAfter(record, 'voice', false),
        queue: text(record.queue),
        number: text(record.number) ?? '',
        shown: text(record.shown),
        countries: countriesIn(text(record.countries)),
        // The database edge: the statement builds exactly these objects.
        capacity: Array.isArray(record.profiles) ? (record.profiles as Load['profiles']) : [],
        identifies: {
          rule: text(record.rule),
          unknown: number(record.unknown),
          adopts: record.adopts === true,
        },
      },
    ];
  });
}

/** The two-letter codes of an allow list, whatever stands between them. */
const countriesIn = (list: string | null): readonly string[] =>
  [...(list ?? '').matchAll(/\b[a-z]{2}\b/gi)].map(([code]) => code.toUpperCase());
