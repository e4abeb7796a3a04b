/** Context variables of a conversation: what may be set, and how it is written. Source: behaviour.md §3.7. */
import { msdyn_ocliveworkitemcontextitem } from '../../tables/dataverse/index.ts';
import type { ContextVariable } from '../situation.ts';
import type { Context } from './context.ts';

/** Names are case sensitive, values at most 4,000 characters, numbers are numbers. */
export function faultOf(variable: ContextVariable | undefined, name: string, value: string): string | null {
  if (!variable) return `The workstream has no context variable '${name}'.`;
  if (value.length > 4000) return `The value of '${name}' is longer than 4000 characters.`;
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return variable.msdyn_datatype === 192350001 && !isNumber
    ? `'${name}' is a number; '${value}' is none.`
    : null;
}

/** Writes the conversation's item for a variable; gives why it cannot be set, or null. */
export function writeVariable(
  { situation, draft, variables }: Context,
  name: string,
  value: string,
): string | null {
  const variable = variables.find(({ msdyn_name }) => msdyn_name === name);
  const fault = faultOf(variable, name, value);
  if (fault !== null || !variable) return fault;
  const there =
    variable.item ??
    draft.made(msdyn_ocliveworkitemcontextitem).find(({ values }) => values.msdyn_name === name)?.id;
  if (there) draft.update(msdyn_ocliveworkitemcontextitem, there, { msdyn_value: value });
  else
    draft.create(msdyn_ocliveworkitemcontextitem, {
      msdyn_name: name,
      msdyn_value: value,
      msdyn_datatype: variable.msdyn_datatype,
      msdyn_isdisplayable: variable.msdyn_isdisplayable,
      msdyn_ocliveworkitemid: situation.conversation.activityid,
      msdyn_ocliveworkstreamcontextvariableid: variable.msdyn_ocliveworkstreamcontextvariableid,
    });
  return null;
}
