/** Follows every row a call writes, as it is written. Run it beside a server: node examples/follow-a-call.mjs
 *  Then call the front desk. Needs nothing but Node. */
const origin = process.env.WIRECHIEF ?? 'http://localhost:8080';
const print = (...words) => process.stdout.write(`${words.join('  ')}\n`);

const answer = await fetch(`${origin}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'wirechief-dev',
    client_secret: 'wirechief-dev',
    scope: `${origin}/.default`,
  }),
});
const { access_token: token, error_description: reason } = await answer.json();
if (token === undefined) throw new Error(`no token: ${reason}`);
const headers = { authorization: `Bearer ${token}` };

// The same rows that a Dataverse client reads.
const query = '$select=subject,createdon&$orderby=createdon desc&$top=5';
const conversations = await fetch(`${origin}/api/data/v9.2/msdyn_ocliveworkitems?${query}`, { headers });
for (const { createdon, subject } of (await conversations.json()).value) print(createdon, subject);

print('\nListening. Call the front desk now.\n');
const stream = await fetch(`${origin}/events`, { headers });
let rest = '';
for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + part).split('\n');
  rest = lines.pop();
  for (const line of lines.filter((one) => one.startsWith('data: '))) {
    const { at, type, table, id, cause, data } = JSON.parse(line.slice(6));
    const columns = Object.keys(data).filter((name) => data[name] !== null);
    print(at.slice(11, 23), cause, type, table, id, columns.slice(0, 6).join(' '));
  }
}
