/** The rows of webapi.md §11 (functions), §12 (actions) and §13 (metadata), one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../src/tables/index.ts';
import { type Answer, caller, openTestWebApi, root, type TestWebApi } from '../harness.ts';

let web: TestWebApi;
let account: string;
let contact: string;
let team: string;
let incident: string;
beforeAll(async () => {
  web = await openTestWebApi();
  contact = await web.create('contacts', { lastname: 'Hart' });
  account = await web.create('accounts', { name: 'Alder Ltd' });
  team = await web.create('teams', { name: 'Desk' });
  incident = await web.create('incidents', {
    title: 'Billing',
    'customerid_contact@odata.bind': `/contacts(${contact})`,
  });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const get = (path: string): Promise<Answer> => web.call('GET', path);
const post = (path: string, body?: object): Promise<Answer> =>
  web.call('POST', path, body === undefined ? {} : { body });
const crm = 'Microsoft.Dynamics.CRM';
const ok = (answer: Answer, status: number): Answer => {
  expect(answer.status, answer.text).toBe(status);
  return answer;
};

describe('functions (webapi.md §11)', () => {
  it('a complex result has the context of its type', async () => {
    for (const [path, name] of [
      ['WhoAmI', 'WhoAmI'],
      ['RetrieveVersion()', 'RetrieveVersion'],
      [
        `RetrieveCurrentOrganization(AccessType=${crm}.EndpointAccessType'Default')`,
        'RetrieveCurrentOrganization',
      ],
      ["RetrieveTotalRecordCount(EntityNames=['account'])", 'RetrieveTotalRecordCount'],
    ]) {
      const { json } = ok(await get(String(path)), 200);
      expect(json['@odata.context']).toBe(`${root}/$metadata#${crm}.${name}Response`);
    }
  });

  it('WhoAmI, RetrieveVersion, RetrieveCurrentOrganization, RetrieveTotalRecordCount have the members listed', async () => {
    expect(Object.keys((await get('WhoAmI')).json)).toEqual(
      expect.arrayContaining(['BusinessUnitId', 'UserId', 'OrganizationId']),
    );
    expect((await get('RetrieveVersion()')).json.Version).toMatch(/^9\.2\.\d+\.\d+$/);
    const path = `RetrieveCurrentOrganization(AccessType=@a)?@a=${crm}.EndpointAccessType'Default'`;
    const { Detail } = (await get(path)).json;
    expect(Object.keys(Detail)).toEqual(
      expect.arrayContaining([
        ...['OrganizationId', 'FriendlyName', 'OrganizationVersion', 'EnvironmentId', 'Geo', 'TenantId'],
        ...['UrlName', 'UniqueName', 'Endpoints', 'State'],
      ]),
    );
    expect(Object.keys(Detail.Endpoints).sort()).toEqual(['Count', 'IsReadOnly', 'Keys', 'Values']);
    const counted = await get('RetrieveTotalRecordCount(EntityNames=@n)?@n=["contact","account"]');
    expect(counted.json.EntityRecordCountCollection).toEqual({
      Count: 2,
      IsReadOnly: false,
      Keys: ['contact', 'account'],
      Values: [1, 1],
    });
  });

  it('RetrievePrincipalAccess of a user, a team and an organization; a record in either quote style', async () => {
    ok(
      await post(`teams(${team})/teamroles_association/$ref`, {
        '@odata.id': `${root}/roles(${roles.systemAdministrator})`,
      }),
      204,
    );
    await post('GrantAccess', {
      Target: { '@odata.type': `${crm}.contact`, contactid: contact },
      PrincipalAccess: {
        Principal: { '@odata.type': `${crm}.team`, ownerid: team },
        AccessMask: 'ReadAccess',
      },
    });
    const access = (principal: string, target: string) =>
      get(`${principal}/${crm}.RetrievePrincipalAccess(Target=@t)?@t=${target}`);
    const single = `{'@odata.id':'contacts(${contact})'}`;
    const double = `{"@odata.id":"contacts(${contact})"}`;
    for (const target of [single, double]) {
      const { json } = ok(await access(`teams(${team})`, target), 200);
      expect(json).toEqual({
        '@odata.context': `${root}/$metadata#${crm}.RetrievePrincipalAccessResponse`,
        AccessRights: expect.stringMatching(/^ReadAccess/),
      });
    }
    const mine = ok(await access(`systemusers(${caller.userId})`, double), 200).json.AccessRights;
    expect(mine).toMatch(/^ReadAccess, WriteAccess, /);
    ok(await access(`organizations(${caller.organizationId})`, double), 200);
    const shared = ok(await get(`RetrieveSharedPrincipalsAndAccess(Target=@t)?@t=${double}`), 200);
    expect(shared.json.PrincipalAccesses).toMatchObject([
      { AccessMask: 'ReadAccess', Principal: { ownerid: team } },
    ]);
  });

  it('RetrieveUserPrivileges has RolePrivileges with depth, id, business unit and name', async () => {
    const { json } = ok(await get(`systemusers(${caller.userId})/${crm}.RetrieveUserPrivileges`), 200);
    expect(json['@odata.context']).toBe(`${root}/$metadata#${crm}.RetrieveUserPrivilegesResponse`);
    expect(Array.isArray(json.RolePrivileges)).toBe(true);
  });

  it('IsValidStateTransition takes the name of the state, not its number', async () => {
    const ask = (state: string) =>
      get(
        `IsValidStateTransition(Entity=@e,NewState='${state}',NewStatus=5)?@e={"@odata.id":"incidents(${incident})"}`,
      );
    expect(ok(await ask('Resolved'), 200).json.IsValid).toBe(true);
    expect((await ask('1')).json?.IsValid).not.toBe(true);
  });

  it('InitializeFrom, RetrieveMetadataChanges, FormatAddress, GetTimeZoneCodeByLocalizedName answer', async () => {
    const moniker = `@m={"@odata.id":"accounts(${account})"}`;
    const from = ok(
      await get(
        `InitializeFrom(EntityMoniker=@m,TargetEntityName='contact',TargetFieldType=${crm}.TargetFieldType'ValidForCreate')?${moniker}`,
      ),
      200,
    );
    expect(from.json['@odata.type']).toBe(`#${crm}.contact`);
    const query = `{"Properties":{"AllProperties":false,"PropertyNames":["LogicalName"]}}`;
    const changes = ok(await get(`RetrieveMetadataChanges(Query=@q)?@q=${query}`), 200);
    expect(Object.keys(changes.json)).toEqual(
      expect.arrayContaining(['EntityMetadata', 'ServerVersionStamp']),
    );
    ok(await get("GetTimeZoneCodeByLocalizedName(LocalizedStandardName='UTC',LocaleId=1033)"), 200);
    expect((await get('RetrieveAllEntities()')).status).toBe(404);
  });

  it.each(['RetrieveDuplicates', 'RetrieveLocLabels', 'CalculateRollupField'])(
    '%s names the parameter it misses',
    async (name) => {
      const { status, json } = await get(`${name}()`);
      expect([status, json.error.message]).toEqual([
        400,
        expect.stringMatching(`^The parameter '\\w+' of ${name} is required`),
      ]);
    },
  );
});

describe('actions (webapi.md §12)', () => {
  const record = (table: string, id: string) => ({
    '@odata.type': `#${crm}.${table}`,
    [table === 'task' ? 'activityid' : `${table}id`]: id,
  });

  it('AddToQueue moves the one item of a record; pick, release, route, remove', async () => {
    const [first, second] = [
      await web.create('queues', { name: 'First' }),
      await web.create('queues', { name: 'Second' }),
    ];
    const task = await web.create('tasks', { subject: 'x' });
    const Target = record('task', task);
    const added = ok(await post(`queues(${first})/${crm}.AddToQueue`, { Target }), 200).json;
    const moved = ok(await post(`queues(${second})/${crm}.AddToQueue`, { Target }), 200).json;
    expect(moved.QueueItemId).toBe(added.QueueItemId);
    const item = `queueitems(${added.QueueItemId})`;
    const SystemUser = { systemuserid: caller.userId };
    ok(await post(`${item}/${crm}.PickFromQueue`, { SystemUser, RemoveQueueItem: false }), 204);
    expect((await get(`${item}?$select=_workerid_value`)).json._workerid_value).toBe(caller.userId);
    ok(await post(`${item}/${crm}.ReleaseToQueue`), 204);
    const QueueItem = record('queueitem', added.QueueItemId);
    ok(await post('RouteTo', { Target: record('queue', first), QueueItem }), 204);
    expect((await get(`${item}?$select=_queueid_value`)).json._queueid_value).toBe(first);
    ok(await post(`${item}/${crm}.RemoveFromQueue`, {}), 204);
  });

  it('GrantAccess, ModifyAccess, RevokeAccess: a principal by its own key or by ownerid', async () => {
    const Target = record('account', account);
    for (const Principal of [
      { '@odata.type': `${crm}.team`, teamid: team },
      { '@odata.type': `#${crm}.team`, ownerid: team },
    ]) {
      const PrincipalAccess = { Principal, AccessMask: 'ReadAccess, WriteAccess' };
      ok(await post('GrantAccess', { Target, PrincipalAccess }), 204);
      ok(
        await post('ModifyAccess', {
          Target,
          PrincipalAccess: { ...PrincipalAccess, AccessMask: 'ReadAccess' },
        }),
        204,
      );
      ok(await post('RevokeAccess', { Target, Revokee: Principal }), 204);
    }
  });

  it('CloseIncident resolves the case and keeps its resolution', async () => {
    const id = await web.create('incidents', {
      title: 'x',
      'customerid_contact@odata.bind': `/contacts(${contact})`,
    });
    const IncidentResolution = { subject: 'Done', 'incidentid@odata.bind': `/incidents(${id})` };
    ok(await post('CloseIncident', { IncidentResolution, Status: 5 }), 204);
    expect((await get(`incidents(${id})?$select=statecode,statuscode`)).json).toMatchObject({
      statecode: 1,
      statuscode: 5,
    });
    const kept = await get(`incidentresolutions?$select=subject&$filter=_incidentid_value eq ${id}`);
    expect(kept.json.value).toMatchObject([{ subject: 'Done' }]);
  });

  it('Merge, AddMembersTeam, RemoveMembersTeam', async () => {
    const other = await web.create('contacts', { lastname: 'Hart', jobtitle: 'Smith' });
    const body = {
      Target: record('contact', contact),
      Subordinate: record('contact', other),
      UpdateContent: { '@odata.type': `${crm}.contact`, jobtitle: 'Smith' },
      PerformParentingChecks: false,
    };
    ok(await post('Merge', body), 204);
    expect((await get(`contacts(${contact})?$select=jobtitle`)).json.jobtitle).toBe('Smith');
    expect((await get(`contacts(${other})?$select=statecode,merged`)).json).toMatchObject({
      statecode: 1,
      merged: true,
    });
    const Members = [{ '@odata.type': `${crm}.systemuser`, ownerid: caller.userId }];
    const members = async () => (await get(`teams(${team})/teammembership_association/$count`)).text;
    ok(await post(`teams(${team})/${crm}.AddMembersTeam`, { Members }), 204);
    expect(await members()).toBe('1');
    ok(await post(`teams(${team})/${crm}.RemoveMembersTeam`, { Members }), 204);
    expect(await members()).toBe('0');
  });

  it('CreateMultiple, UpdateMultiple, UpsertMultiple, DeleteMultiple', async () => {
    const many = (name: string, Targets: object[]) => post(`contacts/${crm}.${name}`, { Targets });
    const row = (more: object) => ({ '@odata.type': `${crm}.contact`, ...more });
    const { Ids } = ok(
      await many('CreateMultiple', [row({ lastname: 'a' }), row({ lastname: 'b' })]),
      200,
    ).json;
    expect(Ids).toHaveLength(2);
    ok(await many('UpdateMultiple', [row({ contactid: Ids[0], lastname: 'c' })]), 204);
    const upserted = await many('UpsertMultiple', [row({ contactid: Ids[1], lastname: 'd' })]);
    expect([200, 204]).toContain(upserted.status);
    ok(
      await many(
        'DeleteMultiple',
        Ids.map((contactid: string) => row({ contactid })),
      ),
      204,
    );
    expect((await get(`contacts(${Ids[0]})`)).status).toBe(404);
    // All or nothing.
    const half = await many('CreateMultiple', [row({ lastname: 'half' }), row({ nosuch: 1 })]);
    expect(half.status).toBe(400);
    expect((await get("contacts/$count?$filter=lastname eq 'half'")).text).toBe('0');
  });

  it('BulkDelete names the parameter it misses', async () => {
    const { status, json } = await post('BulkDelete', {});
    expect([status, json.error.message]).toEqual([
      400,
      "The parameter 'QuerySet' of BulkDelete is required.",
    ]);
  });

  it('an action that is not there answers 501 and is named', async () => {
    const name = 'CCaaS_CreateProactiveDelivery';
    const { status, json } = await post(name, {});
    expect([status, json.error.message]).toEqual([501, `The action ${name} is not implemented.`]);
  });
});

describe('metadata (webapi.md §13)', () => {
  const contactTable = "EntityDefinitions(LogicalName='contact')";
  it('EntityDefinitions: no paging, MetadataId always, filters on primitives and managed properties', async () => {
    const all = ok(await get('EntityDefinitions?$select=LogicalName,EntitySetName'), 200).json;
    expect(all.value.length).toBeGreaterThan(100);
    expect(all).not.toHaveProperty(['@odata.nextLink']);
    expect(all.value.every((one: { MetadataId?: string }) => one.MetadataId)).toBe(true);
    const one = ok(await get(`EntityDefinitions(${all.value[0].MetadataId})?$select=LogicalName`), 200).json;
    expect(one.LogicalName).toBe(all.value[0].LogicalName);
    const activities = ok(await get('EntityDefinitions?$select=LogicalName&$filter=IsActivity eq true'), 200);
    expect(activities.json.value.map((row: { LogicalName: string }) => row.LogicalName)).toContain('task');
    ok(await get('EntityDefinitions?$select=LogicalName&$filter=CanCreateAttributes/Value eq true'), 200);
  });

  it('the example of a conversation', async () => {
    const { json } = await get(
      "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')?$select=EntitySetName,PrimaryIdAttribute,IsActivity",
    );
    expect(json).toEqual({
      '@odata.context': `${root}/$metadata#EntityDefinitions(EntitySetName,PrimaryIdAttribute,IsActivity)/$entity`,
      EntitySetName: 'msdyn_ocliveworkitems',
      PrimaryIdAttribute: 'activityid',
      IsActivity: true,
      MetadataId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ['Picklist', 'gendercode', 'OptionSet', 'contact'],
    ['State', 'statecode', 'OptionSet', 'contact'],
    ['Status', 'statuscode', 'OptionSet', 'contact'],
    ['Boolean', 'donotphone', 'OptionSet', 'contact'],
    ['MultiSelectPicklist', 'msdyn_channel', 'OptionSet', 'msdyn_ocliveworkitem'],
  ])('Attributes of %s need the cast for their options', async (type, column, member, table) => {
    const attribute = `EntityDefinitions(LogicalName='${table}')/Attributes(LogicalName='${column}')`;
    const cast = `${attribute}/${crm}.${type}AttributeMetadata?$select=LogicalName&$expand=${member}`;
    const { json } = ok(await get(cast), 200);
    expect(json.OptionSet).toBeTruthy();
    expect((await get(`${attribute}?$expand=${member}`)).status).toBe(400);
    expect(ok(await get(attribute), 200).json['@odata.type']).toBe(`#${crm}.${type}AttributeMetadata`);
  });

  it.each([
    ['Lookup', 'parentcustomerid', ['Targets'], 'contact'],
    ['String', 'lastname', ['MaxLength'], 'contact'],
    ['Money', 'revenue', ['Precision'], 'account'],
    ['Decimal', 'exchangerate', ['Precision'], 'account'],
    ['Double', 'address1_latitude', ['Precision'], 'account'],
    ['DateTime', 'birthdate', ['Format', 'DateTimeBehavior'], 'contact'],
    ['Integer', 'numberofchildren', ['MinValue', 'MaxValue'], 'contact'],
  ])('Attributes of %s have their own members', async (type, column, members, table) => {
    const path = `EntityDefinitions(LogicalName='${table}')/Attributes/${crm}.${type}AttributeMetadata?$select=LogicalName,${members.join()}&$filter=LogicalName eq '${column}'`;
    const { json } = ok(await get(path), 200);
    expect(json.value).toHaveLength(1);
    for (const member of members) expect(json.value[0][member]).not.toBeUndefined();
  });

  it.each([
    ['revenue', 2],
    ['revenue_base', 4],
  ])('%s tells its digits, which are those of the currency', async (column, Precision) => {
    const path = `EntityDefinitions(LogicalName='account')/Attributes(LogicalName='${column}')/${crm}.MoneyAttributeMetadata`;
    expect(ok(await get(path), 200).json).toMatchObject({ Precision, PrecisionSource: 2 });
  });

  it('enum literals are qualified: $expand=Attributes with a $filter, RequiredLevel by path', async () => {
    const expanded = `${contactTable}?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=AttributeType eq ${crm}.AttributeTypeCode'Picklist')`;
    const found = ok(await get(expanded), 200).json.Attributes;
    expect(found.map((one: { LogicalName: string }) => one.LogicalName)).toContain('gendercode');
    const required = `${contactTable}/Attributes?$select=LogicalName&$filter=RequiredLevel/Value eq ${crm}.AttributeRequiredLevel'ApplicationRequired'`;
    expect(ok(await get(required), 200).json.value.length).toBeGreaterThan(0);
  });

  it.each([
    ['ManyToOneRelationships', 'ReferencingEntityNavigationPropertyName'],
    ['OneToManyRelationships', 'ReferencedEntityNavigationPropertyName'],
    ['ManyToManyRelationships', 'IntersectEntityName'],
    ['Keys', null],
  ])('%s', async (name, member) => {
    const path = `EntityDefinitions(LogicalName='systemuser')/${name}`;
    const { value } = ok(await get(path), 200).json;
    if (member !== null)
      expect(value[0]).toMatchObject({ SchemaName: expect.any(String), [member]: expect.any(String) });
  });

  it('RelationshipDefinitions by a cast, GlobalOptionSetDefinitions by name, without $filter', async () => {
    const cast = `RelationshipDefinitions/${crm}.OneToManyRelationshipMetadata?$filter=ReferencedEntity eq 'account'`;
    const [first] = ok(await get(cast), 200).json.value;
    expect(first).toMatchObject({
      SchemaName: expect.any(String),
      ReferencedEntity: 'account',
      ReferencingAttribute: expect.any(String),
      CascadeConfiguration: expect.any(Object),
      IsHierarchical: expect.any(Boolean),
    });
    const option = (value: number) => ({
      Value: value,
      Label: { LocalizedLabels: [{ Label: `Colour ${value}`, LanguageCode: 1033 }] },
    });
    const choice = {
      '@odata.type': `${crm}.OptionSetMetadata`,
      Name: 'new_colour',
      OptionSetType: 'Picklist',
      IsGlobal: true,
      DisplayName: { LocalizedLabels: [{ Label: 'Colour', LanguageCode: 1033 }] },
      Options: [option(1), option(2)],
    };
    ok(await post('GlobalOptionSetDefinitions', choice), 204);
    const one = "GlobalOptionSetDefinitions(Name='new_colour')";
    expect(ok(await get(`${one}/${crm}.OptionSetMetadata?$select=Options`), 200).json.Options).toHaveLength(
      2,
    );
    expect((await get(`GlobalOptionSetDefinitions?$filter=Name eq 'x'`)).status).toBe(400);
  });

  it('definitions are replaced with PUT, not PATCH', async () => {
    expect((await web.call('PATCH', contactTable, { body: {} })).status).toBe(405);
  });
});
