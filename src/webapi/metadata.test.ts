import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { tables } from '../tables/index.ts';
import { metadataDocument } from './metadata.ts';
import { operations } from './plan/operations.ts';

const document = metadataDocument().toString();
const annotated = metadataDocument(true).toString();

/** The text of an entity type's element. */
function entityType(name: string): string {
  const start = document.indexOf(`<EntityType Name="${name}"`);
  return document.slice(start, document.indexOf('</EntityType>', start));
}

/** Reads the document as XML with namespaces. Throws on anything that is not well-formed. */
function parseXml(xml: string): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
}

describe('$metadata (webapi.md §13)', () => {
  it('is well-formed and has every table as a type and a set', () => {
    for (const one of [document, annotated]) expect(() => parseXml(one)).not.toThrow();
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
    const known = new Set(defined);
    const named = [...document.matchAll(/(?:mscrm|EntityType="Microsoft\.Dynamics\.CRM)\.(\w+)/g)];
    expect(new Set(named.map(([, name]) => name).filter((name) => !known.has(name)))).toEqual(new Set());
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

  it('declares the operations served with their parameters, what they return before them', () => {
    for (const [name, { served, kind, bound, returns, parameters = [] }] of operations) {
      const element = `<${kind === 'action' ? 'Action' : 'Function'} Name="${name}"${bound === null ? '' : ' IsBound="true"'}>`;
      const at = document.indexOf(element);
      expect([name, at >= 0]).toEqual([name, served === true]);
      if (at < 0) continue;
      const text = document.slice(at, document.indexOf('\n', at));
      for (const parameter of parameters)
        expect(text).toContain(`<Parameter Name="${parameter.name}" Type="${parameter.type}"`);
      if (bound !== null) expect(text).toMatch(/IsBound="true"><Parameter Name="(?:entity|entityset)"/);
      else expect(document).toContain(`Import Name="${name}"`);
      if (typeof returns === 'object') {
        const response = document.indexOf(`<ComplexType Name="${name}Response">`);
        expect(response).toBeGreaterThan(0);
        expect(response).toBeLessThan(at);
      }
    }
  });

  it('annotations=true adds descriptions and capabilities, and changes nothing else', () => {
    expect(annotated).toContain('<Annotation Term="Org.OData.Core.V1.Description" String="');
    expect(annotated).toContain('<Annotation Term="Org.OData.Capabilities.V1.SkipSupported" Bool="false" />');
    const plain = annotated
      .replace(/<edmx:Reference.*\n/g, '')
      .replace(/<Annotation (?:[^<>]*\/>|.*?<\/Annotation>)/g, '')
      .replace(/(<Property [^<>]*)><\/Property>/g, '$1 />');
    expect(plain).toBe(document);
  });

  it('costs nothing to ask for again', () => {
    expect(metadataDocument()).toBe(metadataDocument());
  });
});
