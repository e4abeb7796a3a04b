import type { ExpandItem } from '../parse/ast.ts';
import { entityAt } from '../plan/address.ts';
import type { ReadPlan } from '../plan.ts';

/** The text of `@odata.context`: the set, what was selected and expanded, in the request's order; `/$entity` for one row.
 *  Source: webapi.md §5. */
export function contextOf(plan: ReadPlan): string {
  // Several tables stand behind one property of the base type of users and teams alone.
  const set = plan.others.length > 0 ? 'principals' : entityAt(plan.place).table.entitySetName;
  if (plan.record.reference) return plan.single ? '#$ref' : '#Collection($ref)';
  const shape = shapeOf(plan.select, plan.expand);
  return `#${set}${shape}${plan.single ? '/$entity' : ''}`;
}

function shapeOf(select: readonly string[] | null, expand: readonly ExpandItem[]): string {
  const parts = [
    ...(select ?? []),
    ...expand.map((item) =>
      item.reference ? `${item.name}/$ref()` : item.name + (shapeOf(item.select, item.expand) || '()'),
    ),
  ];
  return parts.length > 0 ? `(${parts.join(',')})` : '';
}
