/** People with rights, for the tests of security: business units, roles with chosen privileges, users and teams. */

import { rootBusinessUnitId } from '../../src/tables/index.ts';
import { keepPrivileges } from '../../src/webapi/index.ts';
import type { TestWebApi } from './harness.ts';

export type Depth = 'Basic' | 'Local' | 'Deep' | 'Global';

/** Privileges of a role: their names, each with its depth. */
export type Grants = { readonly [privilege: string]: Depth };

export interface People {
  unit(name: string, parent?: string): Promise<string>;
  role(name: string, grants: Grants): Promise<string>;
  /** Changes what a role grants. */
  grant(role: string, grants: Grants): Promise<void>;
  user(
    name: string,
    options?: { readonly unit?: string; readonly roles?: readonly string[] },
  ): Promise<string>;
  team(
    name: string,
    options?: {
      readonly unit?: string;
      readonly roles?: readonly string[];
      readonly members?: readonly string[];
    },
  ): Promise<string>;
}

/** Makes people through the Web API itself, as its System Administrator. */
export async function openPeople(test: TestWebApi): Promise<People> {
  await keepPrivileges(test.database.store);
  const found = await test.database.store.query({
    text: 'select name, privilegeid from dataverse.privilege',
    values: [],
  });
  const privileges = new Map(found.map(({ name, privilegeid }) => [String(name), String(privilegeid)]));
  const must = async (method: string, path: string, body: object): Promise<void> => {
    const answer = await test.call(method, path, { body });
    if (answer.status !== 204) throw new Error(`${method} ${path}: ${answer.text}`);
  };
  const give = async (set: string, id: string, roles: readonly string[]): Promise<void> => {
    const relationship = set === 'teams' ? 'teamroles_association' : 'systemuserroles_association';
    for (const role of roles)
      await must('POST', `${set}(${id})/${relationship}/$ref`, {
        '@odata.id': `http://wirechief.test/api/data/v9.2/roles(${role})`,
      });
  };
  const grant: People['grant'] = (role, grants) =>
    must('POST', `roles(${role})/Microsoft.Dynamics.CRM.ReplacePrivilegesRole`, {
      Privileges: Object.entries(grants).map(([name, Depth]) => {
        const PrivilegeId = privileges.get(name);
        if (PrivilegeId === undefined) throw new Error(`no privilege ${name}`);
        return { PrivilegeId, Depth };
      }),
    });
  const unitBind = (unit = rootBusinessUnitId as string) => ({
    'businessunitid@odata.bind': `/businessunits(${unit})`,
  });
  return {
    unit: (name, parent = rootBusinessUnitId) =>
      test.create('businessunits', { name, 'parentbusinessunitid@odata.bind': `/businessunits(${parent})` }),
    role: async (name, grants) => {
      const id = await test.create('roles', { name, ...unitBind() });
      await grant(id, grants);
      return id;
    },
    grant,
    user: async (name, { unit, roles = [] } = {}) => {
      const id = await test.create('systemusers', { lastname: name, domainname: name, ...unitBind(unit) });
      await give('systemusers', id, roles);
      return id;
    },
    team: async (name, { unit, roles = [], members = [] } = {}) => {
      const id = await test.create('teams', { name, ...unitBind(unit) });
      await give('teams', id, roles);
      const Members = members.map((systemuserid) => ({
        '@odata.type': 'Microsoft.Dynamics.CRM.systemuser',
        systemuserid,
      }));
      if (members.length > 0)
        await must('POST', `teams(${id})/Microsoft.Dynamics.CRM.AddMembersTeam`, { Members });
      return id;
    },
  };
}
