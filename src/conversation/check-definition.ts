/** Rows that routing rests on are checked when they are written: what could not be understood later is refused by name.
 *  Source: rules.md §4, §5, §8, §9; behaviour.md §3.2, §3.7. */
import { type FindPath, faultOfRuleSet, guidOf, patternOf } from '../routing/index.ts';
import { msdyn_ocphonecallengagementctx } from '../tables/dataverse/index.ts';
import { Refusal, type Table, tables } from '../tables/index.ts';
import { timeZones } from '../tables/time-zones.ts';
import { readIdentificationRule } from './identify-rule.ts';
import { scoreColumn } from './set-value.ts';

type Values = { readonly [column: string]: unknown };
type Check = (row: Values) => string | null;

/** The check of each table that has one: of the row as it will be. */
const checks: ReadonlyMap<string, Check> = new Map([
  ['msdyn_decisionruleset', checkRuleSet],
  ['calendarrule', checkCalendarRule],
  ['msdyn_overflowactionconfig', checkAction],
  ['msdyn_liveworkstream', checkIdentification],
  ['msdyn_routingconfigurationstep', checkStep],
  ['msdyn_ocautomatedactionrule', checkTimeoutRule],
]);

/** Whether rows of the table are checked, so that the row as it stands is needed for an update. */
export const isChecked = (table: Table): boolean => checks.has(table.logicalName);

/** Refuses invalidArgument for a row that routing could not use, notImplemented for what nobody can do yet. `row`: all of
 *  it that is known, as it will be. */
export function checkDefinition(table: Table, row: Values): void {
  const fault = checks.get(table.logicalName)?.(row) ?? null;
  if (fault !== null) throw new Refusal('invalidArgument', fault);
}

const declarative = 192350000;

function checkRuleSet(row: Values): string | null {
  const { msdyn_rulesettype: type, msdyn_rulesetdefinition: definition } = row;
  if ((type ?? declarative) !== declarative || typeof definition !== 'string' || definition.trim() === '')
    return null;
  const fault = faultOfRuleSet(definition, findPath);
  return fault === null ? null : `msdyn_rulesetdefinition cannot be used: ${fault}.`;
}

/** The engagement context is a relation to many, addressed by its schema name (rules.md §4.4). */
const contextRelation = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';

const findPath: FindPath = (name, path) => {
  const table = tables.get(name);
  const [first = '', ...rest] = path;
  if (!table) return null;
  if (rest.length === 0)
    return first in table.columns || first === scoreColumn
      ? null
      : `table '${name}' has no column '${first}'`;
  if (first === contextRelation)
    return (rest[0] ?? '') in msdyn_ocphonecallengagementctx.columns
      ? null
      : `table 'msdyn_ocphonecallengagementctx' has no column '${rest[0]}'`;
  const targets = table.relationships.filter(
    ({ navigation }) => navigation.toLowerCase() === first.toLowerCase(),
  );
  if (targets.length === 0) return `table '${name}' has no navigation property '${first}'`;
  return findPath(targets[0]?.target ?? '', rest);
};

const zoneCodes: ReadonlySet<number> = new Set(timeZones.map(({ code }) => code));

/** An outer rule says on which days and in whose time; inner ones only from when to when. */
function checkCalendarRule({
  pattern,
  timezonecode: code,
  duration,
  innercalendarid,
}: Values): string | null {
  if (typeof duration === 'number' && duration < 0) return 'duration cannot be below zero.';
  const outer = typeof pattern === 'string' || innercalendarid != null;
  if (!outer) return null;
  if (typeof code !== 'number')
    return 'timezonecode is missing: a rule with a pattern or an inner calendar says in which time zone its hours are.';
  if (!zoneCodes.has(code))
    return `timezonecode ${code} is not known: use the code of a time zone, such as 92 for UTC.`;
  if (typeof pattern === 'string' && patternOf(pattern) === null)
    return `pattern '${pattern}' cannot be read: use FREQ=WEEKLY;BYDAY=MO,TU or FREQ=DAILY, with INTERVAL if need be.`;
  return null;
}

const toPhone = 192350002;
const toQueue = 192350005;
const failureToPhone = 192350001;

function checkAction(row: Values): string | null {
  const {
    msdyn_overflowactiontype: type,
    msdyn_botfailureactiontype: failure,
    msdyn_overflowactiondata: data,
  } = row;
  const text = typeof data === 'string' ? data.trim() : '';
  if (type === toQueue && guidOf(text) === null)
    return `msdyn_overflowactiondata is the id of a queue for Queue Transfer; '${text}' is none.`;
  if ((type === toPhone || (type == null && failure === failureToPhone)) && !/^\+[1-9]\d{6,14}$/.test(text))
    return `msdyn_overflowactiondata is a number such as +4570000001 for a transfer to a phone; '${text}' is none.`;
  return null;
}

function checkIdentification({ msdyn_recordidentificationrule: rule }: Values): string | null {
  if (typeof rule !== 'string' || rule.trim() === '') return null;
  const [fault] = readIdentificationRule(rule).faults;
  return fault === undefined ? null : `msdyn_recordidentificationrule cannot be used: ${fault}.`;
}

const agentGroups = 192350003;

/** Bullseye routing widens over groups of users; neither its levels nor who is in a group has a published row. */
function checkStep({ msdyn_type: type }: Values): string | null {
  if (type === agentGroups)
    throw new Refusal(
      'notImplemented',
      'A step of type Agent Group identification (bullseye routing) is not there: how groups and their levels are kept is not published. Use route-to-queue rules, and overflow to a wider queue.',
    );
  return null;
}

const sendsMessage: ReadonlySet<unknown> = new Set([772370000, 772370001]);

/** Source: behaviour.md §1.4. */
function checkTimeoutRule({ msdyn_actiontype: action }: Values): null {
  if (sendsMessage.has(action))
    throw new Refusal(
      'notImplemented',
      'A timeout rule that sends a message is not implemented yet: msdyn_actiontype can be 772370002, 772370003 or 772370004.',
    );
  return null;
}
