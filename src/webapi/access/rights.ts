/** From a profile to the rules of tables: the Access that planning and writing ask. */
import { manyToMany, Refusal, type Table, tables } from '../../tables/index.ts';
import type { Access, Right, RowRule } from '../plan/asker.ts';
import { objectTypeCode } from './object-types.ts';
import { depthMasks, openTables, partOf, privilegeId, privilegeName } from './privileges.ts';
import { isToRead, type Profile, type Reach } from './profile.ts';

const nothing: RowRule = { kind: 'any', rules: [] };

/** The rights of one user. */
export class UserAccess implements Access {
  readonly profile: Profile;
  readonly #rules = new Map<string, RowRule | null | undefined>();

  constructor(profile: Profile) {
    this.profile = profile;
  }

  rule(table: Table, right: Right): RowRule | null {
    const rule = this.#known(table, right);
    if (rule === undefined) throw privilegeMissing(this.profile, this.#missing(table, right), table);
    return rule;
  }

  readable(table: Table): RowRule | null | undefined {
    return this.#known(table, 'read');
  }

  /** The depth of a privilege as a mask; 0 when it is missing. */
  depthOf(privilege: string): number {
    const { isAdministrator, readsOnly, depths } = this.profile;
    if (!isAdministrator) return depths.get(privilege) ?? 0;
    return readsOnly && !isToRead(privilege) ? 0 : depthMasks.global;
  }

  /** Refuses privilegeMissing for a privilege that is about no table. */
  requirePrivilege(name: string): void {
    if (this.depthOf(name) === 0) throw privilegeMissing(this.profile, name, null);
  }

  #known(table: Table, right: Right): RowRule | null | undefined {
    const key = `${right} ${table.logicalName}`;
    if (this.#rules.has(key)) return this.#rules.get(key);
    const rule = this.#make(table, right);
    this.#rules.set(key, rule);
    return rule;
  }

  #make(table: Table, right: Right): RowRule | null | undefined {
    const { isAdministrator, readsOnly } = this.profile;
    if (isAdministrator) return readsOnly && right !== 'read' ? undefined : null;
    if (openTables.has(table.logicalName)) return right === 'read' ? null : undefined;
    if (table.isIntersect) return this.#ofIntersect(table, right);
    if (table.logicalName === 'principalobjectaccess') return this.#ofShares(right);
    const reach = this.profile.reaches.get(privilegeName(table, right));
    if (reach === undefined) return undefined;
    if (reach === 'all') return null;
    const part = partOf[table.logicalName];
    if (part) return this.#ofPart(table, part.column, right === 'read' ? 'read' : part.right);
    return ownRule(table, reach, this.profile.principals, right);
  }

  /** A row of an intersect is seen where both its ends are. */
  #ofIntersect(table: Table, right: Right): RowRule | null | undefined {
    const relationship = manyToMany.find(({ intersect }) => intersect === table.logicalName);
    if (!relationship) return right === 'read' ? null : undefined;
    const rules: RowRule[] = [];
    for (const end of relationship.ends) {
      const target = tables.get(end.table);
      const rule = target && this.#known(target, right);
      if (!target || rule === undefined) return undefined;
      if (rule !== null)
        rules.push({ kind: 'through', column: end.column, table: target, which: false, rule });
    }
    return rules.length === 0 ? null : { kind: 'all', rules };
  }

  /** Shares are written by the messages of sharing only, and seen by those they are for; whoever may change every role
   *  sees all of them. */
  #ofShares(right: Right): RowRule | null | undefined {
    if (right !== 'read') return undefined;
    if (this.profile.reaches.get('prvWriteRole') === 'all') return null;
    return { kind: 'in', column: 'principalid', ids: this.profile.principals };
  }

  #ofPart(table: Table, column: string, right: Right): RowRule {
    const targets = table.columns[column]?.targets ?? [];
    const rules = targets.flatMap((name): RowRule[] => {
      const target = tables.get(name);
      const rule = target && this.#known(target, right);
      if (!target || rule === undefined) return [];
      return [{ kind: 'through', column, table: target, which: targets.length > 1, rule }];
    });
    return { kind: 'any', rules };
  }

  /** The table whose privilege is the reason for a refusal, and its privilege. */
  #missing(table: Table, right: Right): string {
    if (table.isIntersect) {
      const ends = manyToMany.find(({ intersect }) => intersect === table.logicalName)?.ends ?? [];
      for (const end of ends) {
        const target = tables.get(end.table);
        if (target && this.#known(target, right) === undefined) return privilegeName(target, right);
      }
    }
    return privilegeName(table, right);
  }
}

/** The rule of a table whose rows have an owner or a business unit; a table with neither belongs to everybody. */
function ownRule(
  table: Table,
  reach: Exclude<Reach, 'all'>,
  principals: readonly string[],
  right: Right,
): RowRule | null {
  const rules: RowRule[] = [];
  const owner = ownerColumn(table);
  const unit = unitColumn(table);
  if (owner === null && unit === null) return null;
  if (owner !== null) rules.push({ kind: 'in', column: owner, ids: reach.owners });
  if (unit !== null && reach.units.length > 0) rules.push({ kind: 'in', column: unit, ids: reach.units });
  if (table.ownership === 'UserOwned') rules.push({ kind: 'shared', principals, right });
  if (rules.length === 0) return nothing;
  return { kind: 'any', rules };
}

/** The column that says whose a row is: its owner, or the user itself. */
export function ownerColumn(table: Table): string | null {
  if (table.ownership === 'UserOwned') return 'ownerid';
  return table.primaryId === 'systemuserid' ? 'systemuserid' : null;
}

/** The column that says which business unit a row belongs to. */
export function unitColumn(table: Table): string | null {
  if (table.ownership === 'UserOwned') return 'owningbusinessunit';
  return 'businessunitid' in table.columns ? 'businessunitid' : null;
}

const accessModes = [
  'Read-Write',
  'Administrative',
  'Read',
  'Support User',
  'Non-interactive',
  'Delegated Admin',
];

/** The refusal that names the privilege a user lacks, in the product's words. */
export function privilegeMissing(profile: Profile, name: string, table: Table | null): Refusal {
  const { userId, roleCount, reaches, accessMode, businessUnitId } = profile;
  return new Refusal(
    'privilegeMissing',
    userId,
    roleCount,
    reaches.size,
    `${accessMode} ${accessModes[accessMode] ?? ''}`.trim(),
    businessUnitId,
    name,
    privilegeId(name),
    table === null ? 0 : objectTypeCode(table),
    table?.logicalName ?? 'none',
    table?.displayName ?? 'none',
  );
}
