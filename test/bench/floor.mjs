/** The floor that the Web API is held against: bare node:http and pg, prepared statements, JSON made by PostgreSQL. It
 *  checks nothing, logs nothing and knows nothing but the requests of the benchmark. */
import { createServer } from 'node:http';
import pg from 'pg';

// As many connections as the store has: with fewer, waiting requests would share the cost of waking up.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const second = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;
const etag = `'W/"' || versionnumber || '"' as "@odata.etag"`;
const createdOn = `to_char(createdon at time zone 'UTC', ${second}) as createdon`;
const person = `${etag}, fullname, jobtitle, mobilephone, ${createdOn}, statecode, contactid`;
const sessions = 'msdyn_msdyn_ocliveworkitem_msdyn_ocsession_liveworkstreamid';
const conversation = `${etag}, subject, statecode, ${createdOn}, activityid`;
const withSessions = `${conversation},
  (select coalesce(json_agg(row_to_json(s)), '[]') from (
    select ${etag}, subject, statecode, activityid from dataverse.msdyn_ocsession
    where msdyn_liveworkitemid = c.activityid order by activityid limit 5000) s) as "${sessions}"`;

const newest = (members) => `select '{"value":[' || string_agg(row_to_json(r)::text, ',') || ']}' as j from (
  select ${members} from (
    select versionnumber, subject, statecode, createdon, activityid from dataverse.msdyn_ocliveworkitem
    where statecode = 0 order by createdon desc nulls last, activityid limit 50) c) r`;

const statements = {
  contact: `select row_to_json(r)::text as j from (select ${person} from dataverse.contact where contactid = $1) r`,
  newest: newest(conversation),
  newestWithSessions: newest(withSessions),
  withSessions: `select row_to_json(r)::text as j from (
    select ${withSessions} from dataverse.msdyn_ocliveworkitem c where activityid = $1) r`,
  create: `insert into dataverse.contact (contactid, lastname, firstname, fullname, jobtitle, mobilephone, createdon, modifiedon, statecode, statuscode, versionnumber)
    values (gen_random_uuid(), $1, $2, $2 || ' ' || $1, $3, $4, now(), now(), 0, 1, nextval('wirechief.version')) returning contactid as j`,
  patch: `update dataverse.contact set jobtitle = $2, modifiedon = now(), versionnumber = nextval('wirechief.version') where contactid = $1`,
};

const run = (name, values) => pool.query({ name, text: statements[name], values });

async function answer(request, response) {
  const [, key] = /\(([^)]*)\)(?:\?|$)/.exec(request.url ?? '') ?? [];
  if (request.method === 'GET') {
    const expands = request.url.includes('$expand');
    const one = expands ? 'withSessions' : 'contact';
    const list = expands ? 'newestWithSessions' : 'newest';
    const { rows } = await (key === undefined ? run(list, []) : run(one, [key]));
    response.setHeader('content-type', 'application/json').end(rows[0]?.j ?? '{}');
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString());
  if (request.method === 'POST') {
    const { rows } = await run('create', [body.lastname, body.firstname, body.jobtitle, body.mobilephone]);
    response.setHeader('OData-EntityId', `/contacts(${rows[0].j})`);
  } else await run('patch', [key, body.jobtitle]);
  response.writeHead(204).end();
}

createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
