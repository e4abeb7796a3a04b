/** The floor that reads are held against: bare node:http and pg, prepared statements, JSON made by PostgreSQL. */
import { createServer } from 'node:http';
import pg from 'pg';

// As many connections as the store has: with fewer, waiting requests would share the cost of waking up.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const members = `'W/"' || versionnumber || '"' as "@odata.etag", fullname, jobtitle, mobilephone,
  to_char(createdon at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as createdon, statecode, contactid`;
const stored = 'versionnumber, contactid, fullname, jobtitle, mobilephone, createdon, statecode';
const byKey = `select row_to_json(r)::text as j from (select ${members} from dataverse.contact where contactid = $1) r`;
const list = `select '{"value":[' || string_agg(row_to_json(r)::text, ',') || ']}' as j from (select ${members}
  from (select ${stored} from dataverse.contact where statecode = 0
    order by createdon desc, contactid limit 50) c) r`;

createServer((request, response) => {
  const key = /contacts\(([^)]*)\)/.exec(request.url ?? '')?.[1];
  const query =
    key === undefined ? { name: 'list', text: list } : { name: 'key', text: byKey, values: [key] };
  pool.query(query).then(
    ({ rows }) => response.setHeader('content-type', 'application/json').end(rows[0]?.j ?? '{}'),
    (error) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
