/** Checks of skills and of operating hours. Pure. */
import { timeZones } from '../../tables/time-zones.ts';
import { guidOf } from '../rules.ts';
import { type Finding, idOf, type LintWorld, named, pointed, textOf } from './rows.ts';
import { rulesOf, usedRuleSets } from './rule-sets.ts';

/** Skills that rules ask for and nobody has (behaviour.md §4.6). */
export function skillNobodyHas(world: LintWorld): Finding[] {
  const people = new Set(
    world
      .active('bookableresource')
      .filter((row) => world.row('systemuser', pointed(row, 'userid')) !== null)
      .map((row) => idOf('bookableresource', row)),
  );
  const held = new Set(
    world
      .active('bookableresourcecharacteristic')
      .filter((row) => people.has(pointed(row, 'resource') ?? ''))
      .map((row) => pointed(row, 'characteristic')),
  );
  const asked = usedRuleSets(world)
    .flatMap(({ read }) => rulesOf(read))
    .flatMap(({ outputs }) => outputs)
    .flatMap((output) => (output.kind === 'skills' ? output.skills : []))
    .map(({ characteristic }) => characteristic);
  return [...new Set(asked)].flatMap((id) => {
    const skill = world.row('characteristic', id);
    if (skill === null || held.has(id)) return [];
    const message = `Rules ask for the skill ${named('characteristic', skill)}, which nobody has: such work waits or is offered without it. Give it to somebody (bookableresourcecharacteristic).`;
    return { rule: 'skillNobodyHas', severity: 'warning', table: 'characteristic', id, message };
  });
}

const hours = 'msdyn_operatinghour';

/** Operating hours that say nothing, because they have no calendar, no rules or no time zone: such count as always open
 *  (rules.md §8). */
export function unusableHours(world: LintWorld): Finding[] {
  return world.active(hours).flatMap((row) => {
    const fault = faultOfHours(world, guidOf(textOf(row.msdyn_calendarid) ?? ''));
    if (fault === null) return [];
    const message = `The operating hours ${named(hours, row)} ${fault}: they count as always open.`;
    return { rule: 'unusableHours', severity: 'error', table: hours, id: idOf(hours, row), message };
  });
}

function faultOfHours(world: LintWorld, calendar: string | null): string | null {
  if (calendar === null || world.row('calendar', calendar) === null)
    return 'name no calendar that is there (msdyn_calendarid)';
  const rules = world.all('calendarrule').filter((row) => pointed(row, 'calendarid') === calendar);
  if (rules.length === 0) return 'have a calendar without rules (calendarrule)';
  const codes = rules.map(({ timezonecode }) => timezonecode);
  if (codes.some((code) => code == null))
    return 'have a calendar without a time zone (calendarrule.timezonecode)';
  const unknown = codes.find((code) => !timeZones.some((zone) => zone.code === code));
  return unknown === undefined
    ? null
    : `have a calendar in the time zone ${String(unknown)}, which is not known`;
}
