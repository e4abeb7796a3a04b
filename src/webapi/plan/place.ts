import { Refusal, type Table } from '../../tables/index.ts';
import type { Place, Step } from './address.ts';
import { compareLiteral } from './compare.ts';
import type { Condition, Scope } from './condition.ts';
import { type Entity, entityOf, isPolymorphic } from './entity.ts';
import type { Planning } from './filter.ts';

/** A place with the scopes of everything on the way. `keys`: what the keys in the address ask of this row. `id`: the id
 *  that the address itself names, where it does. */
export interface PlacePlan {
  readonly scope: Scope;
  readonly keys: readonly Condition[];
  readonly id: string | null;
  readonly via: Via | null;
}

/** How a row is reached from the one before. `polymorphic`: the lookup keeps its target's table beside it. */
export type Via = { readonly from: PlacePlan } & (
  | { readonly kind: 'navigation'; readonly column: string; readonly polymorphic: boolean }
  | { readonly kind: 'collection'; readonly collection: (Step & { kind: 'collection' })['collection'] }
);

/** Plans a place; one plan for each table that its last step may lead to (webapi.md §7: ownerid). Only rows the caller
 *  may read are walked over. Refuses privilegeMissing, malformedQuery, notImplemented. Source: webapi.md §1. */
export function planPlace(place: Place, planning: Planning): readonly PlacePlan[] {
  const last = place.steps.at(-1);
  if (!last) return [rootPlan(place, planning)];
  const holder: Place = { ...place, steps: place.steps.slice(0, -1) };
  const tables: readonly Table[] = last.kind === 'navigation' ? last.navigation.targets : [last.entity.table];
  return tables.map((table) => {
    const [from, another] = planPlace(holder, planning);
    if (!from || another)
      throw new Refusal(
        'notImplemented',
        `A path beyond '${holder.steps.at(-1)?.kind === 'navigation' ? nameOf(holder.steps.at(-1)) : ''}', which leads to several tables, is not implemented; use the address of the row itself.`,
      );
    return stepPlan(last, from, entityOf(table), planning);
  });
}

const nameOf = (step: Step | undefined): string => (step?.kind === 'navigation' ? step.navigation.name : '');

function rootPlan({ root, rootId, rootKey }: Place, planning: Planning): PlacePlan {
  const scope = planning.scope(root);
  return { scope, keys: keyConditions(scope, rootId, rootKey), id: rootId, via: null };
}

function stepPlan(step: Step, from: PlacePlan, entity: Entity, planning: Planning): PlacePlan {
  const scope = planning.scope(entity);
  if (step.kind === 'collection') {
    const keys = keyConditions(scope, step.id, step.key);
    return { scope, keys, id: step.id, via: { kind: 'collection', collection: step.collection, from } };
  }
  const { column } = step.navigation;
  const definition = from.scope.entity.table.columns[column];
  const polymorphic = definition !== undefined && isPolymorphic(definition);
  return { scope, keys: [], id: null, via: { kind: 'navigation', column, polymorphic, from } };
}

function keyConditions(scope: Scope, id: string | null, key: Place['rootKey']): Condition[] {
  const { alias, entity } = scope;
  if (id !== null)
    return [compareLiteral({ alias, property: entity.key }, 'eq', { type: 'guid', value: id })];
  return (key?.values ?? []).map(({ property, literal }) =>
    compareLiteral({ alias, property }, 'eq', literal),
  );
}
