import { describe, expect, it } from 'vitest';
import { tables } from '../tables/index.ts';
import { metadataDocument } from './metadata.ts';
import { operations } from './plan/operations.ts';

const document = metadataDocument();

/** The text of an entity type's element. */
function entityType(name: string): string {
  const start = document.indexOf(`<EntityType Name="${name}"`);
  return document.slice(start, document.indexOf('</EntityType>', start));
}

/** Every element is closed in the order it was opened. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, attributes] of xml.matchAll(/<(\/?)([\w:]+)([^>]*)>/g)) {
    if (attributes?.endsWith('/')) continue;
    if (closing && open.pop() !== name) return false;
    if (!closing) open.push(name ?? '');
  }
  return open.length === 0;
}

describe('$metadata (webapi.md §13)', () => {
  it('is well-formed and has every table as a type and a set', () => {
    expect(isWellFormed(document.replace(/^<\?xml[^>]*>/, ''))).toBe(true);
    for (const { logicalName, entitySetName } of tables.values()) {
      expect(document).toContain(`<EntityType Name="${logicalName}"`);
      expect(document).toContain(
        `<EntitySet Name="${entitySetName}" EntityType="Microsoft.Dynamics.CRM.${logicalName}">`,
      );
    }
  });

  it('every type that is named is defined, once', () => {
    const defined = [...document.matchAll(/<(?:EntityType|ComplexType|EnumType) Name="(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(defined).size).toBe(defined.length);
    for (const [, name] of document.matchAll(/mscrm\.(\w+)/g)) expect(defined).toContain(name);
  });

  it('every navigation property of one table has its partner on the other', () => {
    const pattern = /<NavigationProperty Name="(\w+)" Type="mscrm\.(\w+)" Nullable="true" Partner="(\w+)">/g;
    for (const { logicalName } of tables.values())
      for (const [, name, target = '', partner] of entityType(logicalName).matchAll(pattern))
        expect(entityType(target)).toContain(
          `<NavigationProperty Name="${partner}" Type="Collection(mscrm.${logicalName})" Partner="${name}" />`,
        );
  });

  it('has lookups as properties and as navigation with their constraint', () => {
    const session = entityType('msdyn_ocsession');
    expect(session).toContain('BaseType="mscrm.activitypointer"');
    expect(session).toContain('<Property Name="_msdyn_liveworkitemid_value" Type="Edm.Guid" />');
    expect(session).toContain(
      '<NavigationProperty Name="msdyn_liveworkitemid_msdyn_ocsession" Type="mscrm.msdyn_ocliveworkitem" Nullable="true"',
    );
    expect(session).toContain(
      '<ReferentialConstraint Property="_msdyn_liveworkitemid_value" ReferencedProperty="activityid" />',
    );
  });

  it('knows principals, and msdyn_liveconversation with its columns (mission S3.1)', () => {
    expect(entityType('systemuser')).toContain('BaseType="mscrm.principal"');
    expect(entityType('systemuser')).not.toContain('<Property Name="ownerid"');
    const live = entityType('msdyn_liveconversation');
    for (const [name, column] of Object.entries(tables.get('msdyn_liveconversation')?.columns ?? {}))
      if (!column.companion && !column.noRead) expect(live).toMatch(new RegExp(`Name="_?${name}(_value)?"`));
  });

  it('declares the operations served, bound ones with their table', () => {
    for (const [name, { served, kind, bound }] of operations) {
      const element = `<${kind === 'action' ? 'Action' : 'Function'} Name="${name}"${bound === null ? '' : ' IsBound="true"'}>`;
      expect(document.includes(element)).toBe(served === true);
    }
  });
});
