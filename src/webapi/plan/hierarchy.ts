import { Refusal, type Table, tables } from '../../tables/index.ts';
import type { Literal } from '../parse/ast.ts';
import { compareLiteral } from './compare.ts';
import { allOf, type Condition, type Field, type IdSet, negated } from './condition.ts';
import type { Planning } from './filter.ts';

/** The lookup of each table's hierarchical relationship. Source: published RelationshipDefinitions, IsHierarchical;
 *  webapi.md §8, Above. */
const parents: ReadonlyMap<string, string> = new Map([
  ['account', 'parentaccountid'],
  ['incident', 'parentcaseid'],
  ['systemuser', 'parentsystemuserid'],
  ['businessunit', 'parentbusinessunitid'],
]);

/** The lookup by which the rows of a table stand above one another, or null. */
export const hierarchyColumn = (table: Table): string | null => parents.get(table.logicalName) ?? null;

/** The table whose rows the field names: its own for a key, the target for a lookup. */
function hierarchyOf({ property }: Field): { readonly table: Table; readonly column: string } | null {
  const { kind, definition, column } = property;
  for (const [name, parent] of parents) {
    const table = tables.get(name);
    if (!table) continue;
    const own = kind === 'guid' && column === table.primaryId;
    if (own || (kind === 'lookup' && definition.targets?.length === 1 && definition.targets[0] === name))
      return { table, column: parent };
  }
  return null;
}

/** Plans Above, AboveOrEqual, Under, UnderOrEqual and NotUnder; null for any other name. Rows the caller may not read end
 *  the walk. Refuses malformedQuery. */
export function hierarchyFunction(
  name: string,
  field: Field,
  literals: readonly Literal[],
  planning: Planning,
): Condition | null {
  const match = /^(?:(Above|Under)(OrEqual)?|NotUnder)$/.exec(name);
  if (!match) return null;
  const hierarchy = hierarchyOf(field);
  if (!hierarchy)
    throw new Refusal(
      'malformedQuery',
      `${name} needs the key of a table with a hierarchical relationship, or a lookup to one: ${[...parents.keys()].join(', ')}.`,
    );
  const [literal] = literals;
  const id =
    literal?.type === 'guid' ? literal.value : literal?.type === 'string' ? literal.value.trim() : '';
  if (literals.length !== 1 || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new Refusal('malformedQuery', `${name} takes the id of one row.`);
  const ids: IdSet = {
    kind: 'tree',
    ...hierarchy,
    id: id.toLowerCase(),
    upwards: match[1] === 'Above',
    rule: planning.asker.access.rule(hierarchy.table, 'read'),
  };
  const within: Condition = { kind: 'within', field, ids };
  if (match[2]) return within;
  const proper = allOf(within, compareLiteral(field, 'ne', { type: 'guid', value: id.toLowerCase() }));
  return name === 'NotUnder' ? negated(proper) : proper;
}

/** Plans the functions that compare with the caller: the user, the business unit, teams, reports, language; null for any
 *  other name. Source: webapi.md §8; published query functions. */
export function callerFunction(name: string, field: Field, planning: Planning): Condition | null {
  const { userId, businessUnitId, settings } = planning.asker;
  const same = (operator: 'eq' | 'ne', value: string): Condition =>
    compareLiteral(field, operator, { type: 'guid', value });
  const within = (ids: IdSet): Condition => ({ kind: 'within', field: identified(name, field), ids });
  const user: IdSet = { kind: 'one', id: userId };
  const teams = (users: IdSet): Condition => within({ kind: 'teams', users });
  switch (name) {
    case 'EqualUserId':
      return same('eq', userId);
    case 'NotEqualUserId':
      return same('ne', userId);
    case 'EqualBusinessId':
    case 'EqualRoleBusinessId':
      return same('eq', businessUnitId);
    case 'NotEqualBusinessId':
      return same('ne', businessUnitId);
    case 'EqualUserTeams':
      return teams(user);
    case 'EqualUserOrUserTeams':
      return anyId(same('eq', userId), teams(user));
    case 'EqualUserOrUserHierarchy':
      return within(reportsOf(userId));
    case 'EqualUserOrUserHierarchyAndTeams':
      return anyId(within(reportsOf(userId)), teams(reportsOf(userId)));
    case 'EqualUserLanguage':
      return compareLiteral(field, 'eq', { type: 'number', text: String(settings.language) });
    default:
      return null;
  }
}

const anyId = (...operands: readonly Condition[]): Condition => ({ kind: 'or', operands });

function identified(name: string, field: Field): Field {
  if (field.property.kind !== 'guid' && field.property.kind !== 'lookup')
    throw new Refusal('malformedQuery', `${name} needs a lookup; '${field.property.name}' is none.`);
  return field;
}

/** The caller and everybody below, whether or not the caller may read their rows: only ids are compared. */
function reportsOf(id: string): IdSet {
  const table = tables.get('systemuser');
  if (!table) throw new Error('there is no table systemuser');
  return { kind: 'tree', table, column: 'parentsystemuserid', id, upwards: false, rule: null };
}
