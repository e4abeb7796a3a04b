/** The rows that the Web API's benchmark works on. */
import pg from 'pg';

/** How many there are of each. */
export const counts = { contacts: 100_000, conversations: 100_000, sessions: 300_000 } as const;

/** Ids to ask for. */
export interface Keys {
  readonly contacts: readonly string[];
  readonly conversations: readonly string[];
}

/** Makes the rows straight in the database, and picks `wanted` ids of each kind at random. */
export async function addRows(url: string, wanted: number): Promise<Keys> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const [text, count] of statements) await client.query(text, [count]);
    for (const table of ['contact', 'msdyn_ocliveworkitem', 'msdyn_ocsession'])
      await client.query(`vacuum analyze dataverse.${table}`);
    const pick = async (table: string, key: string): Promise<string[]> => {
      const { rows } = await client.query<{ id: string }>(
        `select ${key} as id from dataverse.${table} order by md5(${key}::text) limit $1`,
        [wanted],
      );
      return rows.map(({ id }) => id);
    };
    return {
      contacts: await pick('contact', 'contactid'),
      conversations: await pick('msdyn_ocliveworkitem', 'activityid'),
    };
  } finally {
    await client.end();
  }
}

const owner = `(select systemuserid from dataverse.systemuser where domainname = 'wirechief-dev' limit 1)`;
const unit = `(select businessunitid from dataverse.businessunit where parentbusinessunitid is null limit 1)`;
const owned = `ownerid, "ownerid@table", owninguser, owningbusinessunit`;
const ownedValues = `o.id, 'systemuser', o.id, o.unit`;
const from = `(select ${owner} as id, ${unit} as unit) o`;

const statements: readonly (readonly [text: string, count: number])[] = [
  [
    `insert into dataverse.contact (contactid, fullname, lastname, jobtitle, mobilephone, createdon, statecode, statuscode, versionnumber, ${owned})
     select gen_random_uuid(), 'Contact ' || i, 'Contact ' || i, 'Tester', '+4521' || lpad(i::text, 6, '0'),
            now() - i * interval '1 minute', 0, 1, i, ${ownedValues} from generate_series(1, $1::int) i, ${from}`,
    counts.contacts,
  ],
  [
    `insert into dataverse.msdyn_ocliveworkitem (activityid, subject, createdon, statecode, statuscode, versionnumber, msdyn_channel, activitytypecode, ${owned})
     select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'Conversation ' || i, now() - i * interval '1 minute',
            case when i % 10 = 0 then 0 else 1 end, case when i % 10 = 0 then 1 else 4 end, i, array[192440000], 'msdyn_ocliveworkitem', ${ownedValues}
     from generate_series(1, $1::int) i, ${from}`,
    counts.conversations,
  ],
  [
    `insert into dataverse.msdyn_ocsession (activityid, subject, createdon, statecode, statuscode, versionnumber, activitytypecode, msdyn_liveworkitemid, ${owned})
     select ('00000000-0000-4000-9000-' || lpad(i::text, 12, '0'))::uuid, 'Session ' || i, now() - i * interval '20 seconds', 1, 2, i, 'msdyn_ocsession',
            ('00000000-0000-4000-8000-' || lpad((1 + (i - 1) / 3)::text, 12, '0'))::uuid, ${ownedValues}
     from generate_series(1, $1::int) i, ${from}`,
    counts.sessions,
  ],
];
