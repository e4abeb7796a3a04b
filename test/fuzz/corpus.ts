/** Requests as they should be, from which the fuzzer makes those that should not. Whatever a caller may choose freely
 *  carries a marker, so that a statement with a caller's literal in its text is found out. */

/** A request before it is sent. */
export interface Sample {
  readonly method: string;
  /** Below `/api/data/v9.2/`. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

/** Texts that no statement may hold: part of every text, number and id in the samples. */
export const markers = ['qz7marker', '918273', 'feedface'] as const;

const text = `'qz7marker'`;
const number = '918273';
const id = 'feedface-0000-4000-8000-000000000001';

const get = (path: string, headers: Sample['headers'] = {}): Sample => ({
  method: 'GET',
  path,
  headers,
  body: null,
});
const json = { 'content-type': 'application/json' };
const send = (method: string, path: string, body: unknown, headers: Sample['headers'] = {}): Sample => ({
  method,
  path,
  headers: { ...json, ...headers },
  body: JSON.stringify(body),
});
const fetchXml = (set: string, xml: string): Sample => get(`${set}?fetchXml=${encodeURIComponent(xml)}`);

const reads: readonly Sample[] = [
  get(`contacts(${id})?$select=fullname,jobtitle&$expand=parentcustomerid_account($select=name)`),
  get(`contacts?$filter=lastname eq ${text} and annualincome gt ${number}&$orderby=createdon desc&$top=5`),
  get(`contacts?$filter=contains(lastname,${text}) or startswith(jobtitle,'qz7marker[a-f]%_')&$count=true`),
  get(`contacts?$filter=not (endswith(emailaddress1,${text})) and createdon ge 2026-01-05T10:00:00Z`),
  get(`accounts?$filter=contact_customer_accounts/any(c:c/lastname eq ${text} and c/statecode eq 0)`),
  get(
    `accounts?$filter=primarycontactid/createdby/fullname ne ${text}&$expand=contact_customer_accounts($filter=lastname eq ${text};$top=3;$orderby=fullname)`,
  ),
  get(
    `msdyn_ocliveworkitems?$filter=Microsoft.Dynamics.CRM.ContainValues(PropertyName='msdyn_channel',PropertyValues=['192440000']) and Microsoft.Dynamics.CRM.LastXDays(PropertyName=@p1,PropertyValue=@p2)&@p1='createdon'&@p2=7`,
  ),
  get(`contacts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=["qz7marker","b"])`),
  get(`accounts?$filter=Microsoft.Dynamics.CRM.Under(PropertyName='accountid',PropertyValue='${id}')`),
  get(
    `contacts?$apply=filter(statecode eq 0)/groupby((gendercode),aggregate($count as n,annualincome with sum as s))`,
  ),
  get(`contacts?$select=fullname`, { prefer: 'odata.maxpagesize=2,odata.include-annotations="*"' }),
  get(`accounts(${id})/contact_customer_accounts/$count`),
  get(`accounts(${id})/primarycontactid/$ref`),
  get(`contacts(${id})/lastname/$value`),
  get(`contacts(lastname=${text},firstname='a')`),
  get(
    `EntityDefinitions(LogicalName='contact')/Attributes?$select=LogicalName&$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'`,
  ),
  get(
    `EntityDefinitions?$select=LogicalName,EntitySetName&$filter=IsActivity eq true&$expand=Keys($select=SchemaName)`,
  ),
  get(
    `RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$filter=ReferencedEntity eq 'account'`,
  ),
  get(
    `systemusers(${id})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'contacts(${id})'}`,
  ),
  get(`RetrieveTotalRecordCount(EntityNames=["contact","account"])`),
  get(`activitypointers?$select=subject&$filter=contains(subject,${text})&$orderby=createdon desc`),
  get('contacts?$select=fullname', { prefer: 'odata.track-changes' }),
];

const condition = (operator: string, value = 'qz7marker'): string =>
  `<condition attribute='lastname' operator='${operator}' value='${value}'/>`;
const fetches: readonly Sample[] = [
  fetchXml(
    'contacts',
    `<fetch count='3' page='2'><entity name='contact'><attribute name='fullname'/><order attribute='lastname' descending='true'/><filter type='or'>${condition('like', 'qz7marker%')}${condition('eq')}<filter><condition attribute='createdon' operator='last-x-days' value='9'/></filter></filter></entity></fetch>`,
  ),
  fetchXml(
    'contacts',
    `<fetch aggregate='true'><entity name='contact'><attribute name='annualincome' alias='s' aggregate='sum'/><attribute name='createdon' groupby='true' dategrouping='month' alias='m'/></entity></fetch>`,
  ),
  fetchXml(
    'contacts',
    `<fetch distinct='true'><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a' link-type='outer'><attribute name='name'/><filter><condition attribute='name' operator='not-null'/></filter></link-entity><link-entity name='task' from='regardingobjectid' to='contactid' link-type='not any'/></entity></fetch>`,
  ),
  fetchXml(
    'contacts',
    `<fetch><entity name='contact'><all-attributes/><filter><condition attribute='lastname' operator='in'><value>qz7marker</value><value>x</value></condition><condition attribute='annualincome' operator='between'><value>1</value><value>918273</value></condition></filter></entity></fetch>`,
  ),
];

const writes: readonly Sample[] = [
  send('POST', 'contacts', { lastname: 'qz7marker', annualincome: 918273, birthdate: '2026-01-05' }),
  send('POST', 'accounts', {
    name: 'qz7marker',
    primarycontactid: { lastname: 'qz7marker' },
    contact_customer_accounts: [{ lastname: 'a', gendercode: 1 }],
  }),
  send('POST', 'msdyn_ocliveworkitems', {
    subject: 'qz7marker',
    msdyn_channel: '192440000,192360000',
    'regardingobjectid_contact_msdyn_ocliveworkitem@odata.bind': `/contacts(${id})`,
  }),
  send(
    'PATCH',
    `contacts(${id})`,
    { jobtitle: 'qz7marker', statecode: 1, statuscode: 2 },
    { 'if-match': '*' },
  ),
  send('PUT', `contacts(${id})/jobtitle`, { value: 'qz7marker' }),
  send('PUT', `accounts(${id})/primarycontactid/$ref`, { '@odata.id': `contacts(${id})` }),
  { method: 'DELETE', path: `contacts(${id})`, headers: { 'if-match': 'W/"918273"' }, body: null },
  send('POST', 'contacts/Microsoft.Dynamics.CRM.CreateMultiple', {
    Targets: [{ '@odata.type': 'Microsoft.Dynamics.CRM.contact', lastname: 'qz7marker' }],
  }),
  send('POST', 'GrantAccess', {
    Target: { contactid: id, '@odata.type': 'Microsoft.Dynamics.CRM.contact' },
    PrincipalAccess: {
      Principal: { systemuserid: id, '@odata.type': 'Microsoft.Dynamics.CRM.systemuser' },
      AccessMask: 'ReadAccess, WriteAccess',
    },
  }),
  send('POST', `queues(${id})/Microsoft.Dynamics.CRM.AddToQueue`, {
    Target: { activityid: id, '@odata.type': 'Microsoft.Dynamics.CRM.task' },
  }),
];

const part = (headers: string, content: string): string =>
  `Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${headers}\r\n${content}\r\n`;
const batch = [
  `--b\r\n${part('', 'GET contacts?$select=fullname&$top=1 HTTP/1.1\r\nAccept: application/json\r\n\r\n')}`,
  '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n',
  `--c\r\n${part('Content-ID: 1\r\n', `POST /api/data/v9.2/contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"lastname":"qz7marker"}`)}`,
  `--c\r\n${part('Content-ID: 2\r\n', `POST accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"name":"qz7marker","primarycontactid@odata.bind":"$1"}`)}`,
  '--c--\r\n--b--\r\n',
].join('');

const batches: readonly Sample[] = [
  { method: 'POST', path: '$batch', headers: { 'content-type': 'multipart/mixed; boundary=b' }, body: batch },
  {
    method: 'POST',
    path: '$batch',
    headers: { 'content-type': 'multipart/mixed;boundary="b"', prefer: 'odata.continue-on-error' },
    body: batch,
  },
];

/** Every sample. Reads stand twice, because there is most to get wrong in them. */
export const samples: readonly Sample[] = [...reads, ...reads, ...fetches, ...writes, ...batches];
