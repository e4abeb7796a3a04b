/** What classification set becomes rows. Source: behaviour.md §4.1; rules.md §4.5. */
import {
  msdyn_ocliveworkitemcapacityprofile,
  msdyn_ocliveworkitemcharacteristic,
} from '../../tables/dataverse/index.ts';
import { columnValue } from '../set-value.ts';
import type { Context } from './context.ts';
import { writeVariable } from './variables.ts';

/** msdyn_characteristicsource: Rule Based. */
const ruleBased = 321240000;

/** Writes columns, context variables, skills that the conversation does not have yet, and capacity profiles. Gives
 *  whether assignment needs to read them first. */
export function writeClassification(context: Context): boolean {
  const { situation, draft, routing } = context;
  const made = routing?.classification;
  if (!made) return false;
  const id = situation.conversation.activityid ?? '';
  const values: { [column: string]: unknown } = {};
  for (const [name, text] of made.columns) {
    const value = columnValue(name, text);
    if (typeof value !== 'string') values[name] = value.set;
  }
  // columnValue gave each column the type it has.
  if (made.columns.size > 0) draft.conversation(id, values as Parameters<typeof draft.conversation>[1]);
  for (const [name, value] of made.variables) writeVariable(context, name, value);
  const skills = made.skills.filter(({ characteristic }) => !routing.heldSkills.includes(characteristic));
  for (const { characteristic, rating } of skills)
    draft.create(msdyn_ocliveworkitemcharacteristic, {
      msdyn_ocliveworkitemid: id,
      msdyn_characteristic: characteristic,
      msdyn_ratingvalue: rating,
      msdyn_characteristicsource: ruleBased,
    });
  for (const profile of made.profiles)
    draft.create(msdyn_ocliveworkitemcapacityprofile, {
      msdyn_ocliveworkitemid: id,
      msdyn_capacityprofileid: profile,
    });
  return skills.length > 0 || made.profiles.length > 0;
}
