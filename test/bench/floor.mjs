/** The floor that reads are held against: bare node:http and pg, prepared statements, JSON made by PostgreSQL. */
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
const columns = 'contactid,fullname,jobtitle,mobilephone,createdon,versionnumber';
const byKey = `select row_to_json(r)::text as j from (select ${columns} from dataverse.contact where contactid = $1) r`;
const list = `select coalesce(json_agg(row_to_json(r)),'[]')::text as j from (select ${columns} from dataverse.contact where statecode = 0 order by createdon desc, contactid limit 50) r`;

createServer((request, response) => {
  const key = /contacts\(([^)]*)\)/.exec(request.url ?? '')?.[1];
  const query =
    key === undefined ? { name: 'list', text: list } : { name: 'key', text: byKey, values: [key] };
  pool.query(query).then(
    ({ rows }) => response.setHeader('content-type', 'application/json').end(rows[0]?.j ?? '{}'),
    (error) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
