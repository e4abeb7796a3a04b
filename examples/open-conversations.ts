/** The conversations that are open, with the types of the package: names, values and shapes are checked by the compiler.
 *  Compile it in a folder where `wirechief` is installed. */
import { choices, entitySets, type WireRow } from 'wirechief/tables';

type Conversation = Pick<
  WireRow<'msdyn_ocliveworkitem'>,
  'activityid' | 'subject' | 'statuscode' | '_ownerid_value' | 'createdon'
>;

const { Open, Active, Waiting } = choices.msdyn_ocliveworkitem.statuscode;

/** Asks a server for what is open, active or waiting. `token`: an access token of the server. */
export async function openConversations(server: string, token: string): Promise<readonly Conversation[]> {
  const query = new URLSearchParams({
    $select: 'subject,statuscode,_ownerid_value,createdon',
    $filter: [Open, Active, Waiting].map((value) => `statuscode eq ${value}`).join(' or '),
  });
  const answer = await fetch(`${server}/api/data/v9.2/${entitySets.msdyn_ocliveworkitem}?${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { value } = (await answer.json()) as { value: Conversation[] };
  return value;
}

/** One line for a person. */
export function describeConversation({ subject, statuscode, createdon }: Conversation): string {
  const state = statuscode === Active ? 'talking' : 'waiting';
  return `${createdon ?? ''} ${subject ?? '(no subject)'}: ${state}`;
}
