import { describe, expect, it } from 'vitest';
import { tables } from '../../tables/index.ts';
import { rights } from '../plan/access-rights.ts';
import { builtInGrants } from './keep-privileges.ts';
import { allPrivileges, depthMasks, privilegeName } from './privileges.ts';
import { builtInRoles } from './roles.ts';

describe('the roles that come with every world', () => {
  it.each(builtInRoles.map((role) => [role.id, role] as const))(
    '%s names tables, depths and rights',
    (_, role) => {
      for (const [table, byDepth] of Object.entries(role.grants)) {
        expect([table, tables.has(table)]).toEqual([table, true]);
        for (const [depth, text] of Object.entries(byDepth)) {
          expect(Object.keys(depthMasks)).toContain(depth);
          for (const word of text.split(' ')) expect(rights).toContain(word);
        }
      }
    },
  );

  it('grant each privilege once to a role, at a depth it can have', () => {
    const all = allPrivileges();
    const seen = new Set<string>();
    for (const { role, name, mask } of builtInGrants()) {
      expect([name, seen.has(`${role} ${name}`)]).toEqual([name, false]);
      seen.add(`${role} ${name}`);
      expect([name, all.get(name)?.depths.includes(mask)]).toEqual([name, true]);
    }
  });
});

describe('privileges', () => {
  it('are named as the product names them', () => {
    const name = (table: string, right: (typeof rights)[number]) => {
      const found = tables.get(table);
      return found && privilegeName(found, right);
    };
    expect(name('contact', 'read')).toBe('prvReadContact');
    expect(name('systemuser', 'appendTo')).toBe('prvAppendToUser');
    expect(name('annotation', 'create')).toBe('prvCreateNote');
    expect(name('msdyn_ocliveworkitem', 'read')).toBe('prvReadActivity');
    expect(name('msdyn_liveworkstream', 'write')).toBe('prvWritemsdyn_liveworkstream');
  });

  it('have one id each, the same everywhere, published ones included', () => {
    const ids = [...allPrivileges().values()].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(allPrivileges().get('prvReadActivity')?.id).toBe('650c14fe-3521-45fe-a000-84138688e45d');
  });
});
