/** npm run why -- <conversation id>: tells of a running server why a conversation went where it went. */
import { inText } from '../src/conversation/index.ts';
import type { Explanation } from '../src/tables/why-trace.ts';
import { administer, fail } from './administer.mjs';

const [conversation = ''] = process.argv.slice(2);
if (!/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(conversation))
  fail('Say which conversation: npm run why -- <its id>.');
const path = `/api/data/v9.2/msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.wirechief_ExplainConversation()`;
console.log(inText((await administer('GET', path)) as Explanation));
