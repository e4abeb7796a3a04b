/** The roles that come with every world: which rights on which tables they hold, and how deep. Tables are named as in
 *  the database; every activity goes by `activitypointer`. */
import { roles } from '../../tables/index.ts';
import type { depthMasks } from './privileges.ts';

type Depth = keyof typeof depthMasks;

/** Rights by depth, each a list of words. */
export type TableGrants = { readonly [D in Depth]?: string };

/** A role as it comes. */
export interface BuiltInRole {
  readonly id: string;
  readonly grants: { readonly [table: string]: TableGrants };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
const each = (tables: string, grants: TableGrants): { [table: string]: TableGrants } =>
  Object.fromEntries(words(tables).map((table) => [table, grants]));

const read: TableGrants = { global: 'read' };
const keep: TableGrants = { global: 'append appendTo create delete read write' };
const keepAll: TableGrants = { global: 'append appendTo assign create delete read share write' };

/** The same for all three personas. Source: published persona privilege mapping. */
const work = {
  activitypointer: {
    ...{ basic: 'create', local: 'append appendTo delete write' },
    ...{ deep: 'assign', global: 'read share' },
  },
  msdyn_liveconversation: {
    ...{ basic: 'create', local: 'append appendTo write' },
    ...{ deep: 'assign', global: 'read share' },
  },
  msdyn_personalmessage: { basic: 'append appendTo create delete read write' },
  organization: read,
};

/** What people get in the product from the roles they hold beside (Basic User, Customer Service Representative), and our
 *  own tables: customers, their cases and notes, and what a conversation shows of itself. */
const desk = {
  ...each('account contact incident', {
    ...{ basic: 'create', local: 'write', global: 'read append appendTo' },
  }),
  annotation: { basic: 'create write delete', global: 'read append appendTo' },
  connection: { basic: 'create write delete', global: 'read append appendTo' },
  ...each('businessunit team', { local: 'read appendTo' }),
  transactioncurrency: { global: 'read appendTo' },
  usersettings: { basic: 'read write' },
  ...each('subject knowledgearticle sla calendar socialprofile feedback savedquery', read),
  ...each('msdyn_agentstatus msdyn_agentchannelstate msdyn_queueextension msdyn_operatinghour', read),
  ...each(
    `msdyn_ocsessionparticipantevent msdyn_ocsessionsentiment msdyn_sessionextension msdyn_ocliveworkitemextension
    msdyn_conversationdata msdyn_conversationinsight msdyn_conversationsummaryinteraction msdyn_callablecontext`,
    read,
  ),
  ...each(
    `msdyn_ocphonecallengagementctx msdyn_livechatengagementctx msdyn_customengagementctx
    msdyn_facebookengagementctx msdyn_lineengagementctx msdyn_smsengagementctx msdyn_teamsengagementctx
    msdyn_teamschannelengagementctx msdyn_twitterengagementctx msdyn_wechatengagementctx
    msdyn_whatsappengagementctx msdyn_ocapplemessagesforbusinessengagementctx
    msdyn_ocgatekeeperengagementctx msdyn_ocgooglebusinessmessagesengagementctx msdyn_ocexternalcontext`,
    read,
  ),
  ...each('msdyn_ocdispositioncode msdyn_dispositioncodecategory msdyn_ocphonenumber msdyn_ocvoice', read),
  // Every conversation says why it was routed as it was, to whoever may read it.
  ...each(
    'msdyn_unifiedroutingrun msdyn_unifiedroutingdiagnostic wirechief_callcontrol wirechief_callerlink wirechief_callparty wirechief_offer',
    read,
  ),
};

/** Source: published persona privilege mapping, Persona: Agent. */
const agent = {
  ...desk,
  ...work,
  ...each(
    `msdyn_agentstatushistory msdyn_applicationtabtemplate msdyn_assignmentconfiguration
    msdyn_assignmentconfigurationstep bookableresource bookableresourcecharacteristic msdyn_channelprovider
    characteristic msdyn_livechatconfig msdyn_ocliveworkstreamcontextvariable msdyn_ocliveworkitemcharacteristic
    msdyn_ocliveworkitemsentiment msdyn_ocbotchannelregistration msdyn_entityroutingconfiguration
    msdyn_cdsentityengagementctx msdyn_oclanguage msdyn_liveworkitemevent msdyn_ocliveworkitemparticipant
    msdyn_ocsystemmessage msdyn_notificationfield msdyn_notificationtemplate msdyn_omnichannelqueue
    msdyn_consoleapplicationtemplateparameter msdyn_presence msdyn_cannedmessage ratingmodel ratingvalue
    msdyn_ocrecording role msdyn_routingconfiguration msdyn_routingconfigurationstep msdyn_ocruleitem
    msdyn_sessionevent msdyn_sessiontemplate msdyn_ocsessioncharacteristic msdyn_sessionparticipant
    msdyn_consoleapplicationsessiontemplate msdyn_templateparameter msdyn_transcript
    msdyn_ocvoicechannelsetting`,
    read,
  ),
  ...each(
    'msdyn_bookableresourcecapacityprofile msdyn_ocliveworkitemcapacityprofile msdyn_liveworkstreamcapacityprofile',
    { local: 'read' },
  ),
  msdyn_capacityprofile: { basic: 'read' },
  msdyn_ocliveworkitemcontextitem: { global: 'read', basic: 'append create write' },
  ...each(
    'msdyn_decisioncontract msdyn_decisionruleset msdyn_masterentityroutingconfiguration msdyn_liveworkstream',
    { global: 'append appendTo read', basic: 'assign share' },
  ),
  queue: { global: 'append read' },
  msdyn_soundnotificationsetting: { global: 'append appendTo read' },
  msdyn_octag: keep,
  systemuser: { local: 'read' },
};

/** Source: published persona privilege mapping, Persona: Supervisor. */
const supervisor = {
  ...desk,
  ...work,
  ...each(
    `msdyn_agentstatushistory msdyn_applicationtabtemplate bookableresource bookableresourcecharacteristic
    msdyn_channelprovider characteristic msdyn_livechatconfig msdyn_ocliveworkstreamcontextvariable
    msdyn_ocliveworkitemcharacteristic msdyn_ocliveworkitemsentiment msdyn_ocbotchannelregistration
    msdyn_entityroutingconfiguration msdyn_cdsentityengagementctx msdyn_oclanguage msdyn_liveworkitemevent
    msdyn_ocliveworkitemparticipant msdyn_masterentityroutingconfiguration msdyn_notificationfield
    msdyn_notificationtemplate msdyn_operatinghour msdyn_consoleapplicationtemplateparameter ratingmodel
    ratingvalue msdyn_ocrecording role msdyn_ocruleitem msdyn_sessionevent msdyn_sessiontemplate
    msdyn_ocsessioncharacteristic msdyn_sessionparticipant msdyn_consoleapplicationsessiontemplate
    msdyn_templateparameter msdyn_transcript msdyn_ocvoicechannelsetting msdyn_liveworkstream`,
    read,
  ),
  msdyn_ocliveworkitemcontextitem: { global: 'read', basic: 'append create write' },
  ...each('msdyn_omnichannelqueue msdyn_presence queue', { global: 'append appendTo read' }),
  ...each('msdyn_ocsystemmessage msdyn_cannedmessage', { global: 'create delete read write' }),
  ...each('msdyn_soundnotificationsetting msdyn_octag', keep),
  systemuser: { local: 'append appendTo create read write' },
  // Supervisors set the presence of their agents.
  msdyn_agentstatus: { global: 'read write' },
  // Supervisors come into calls by themselves: to listen, to whisper, to join, to close them.
  wirechief_callparty: { global: 'create read' },
};

/** Source: published persona privilege mapping, Persona: Administrator. */
const administrator = {
  ...desk,
  ...work,
  wirechief_callparty: { global: 'create read' },
  ...each(
    `msdyn_applicationtabtemplate msdyn_assignmentconfiguration msdyn_assignmentconfigurationstep bookableresource
    bookableresourcecharacteristic characteristic msdyn_ocliveworkstreamcontextvariable
    msdyn_ocliveworkitemcharacteristic msdyn_ocbotchannelregistration msdyn_entityroutingconfiguration
    msdyn_ocsystemmessage msdyn_notificationfield msdyn_notificationtemplate msdyn_operatinghour
    msdyn_consoleapplicationtemplateparameter msdyn_presence msdyn_cannedmessage ratingmodel ratingvalue
    msdyn_ocrecording msdyn_routingconfiguration msdyn_routingconfigurationstep msdyn_ocruleitem
    msdyn_sessiontemplate msdyn_ocsessioncharacteristic msdyn_consoleapplicationsessiontemplate
    msdyn_soundnotificationsetting msdyn_octag msdyn_templateparameter msdyn_transcript
    msdyn_ocautomatedactionrule msdyn_ocautomatedactionrulesmapping`,
    keep,
  ),
  ...each(
    `msdyn_bookableresourcecapacityprofile msdyn_capacityprofile msdyn_ocliveworkitemcapacityprofile
    msdyn_decisioncontract msdyn_decisionruleset msdyn_liveworkstreamcapacityprofile msdyn_liveworkstream`,
    keepAll,
  ),
  ...each(
    `msdyn_agentstatushistory msdyn_channelprovider msdyn_ocliveworkitemsentiment msdyn_cdsentityengagementctx
    msdyn_liveworkitemevent msdyn_ocliveworkitemparticipant msdyn_sessionevent msdyn_sessionparticipant`,
    { global: 'create delete read write' },
  ),
  ...each('queue msdyn_omnichannelqueue msdyn_rulesetdependencymapping', {
    global: 'append appendTo assign create delete read write',
  }),
  msdyn_masterentityroutingconfiguration: {
    ...{ local: 'create', deep: 'delete', global: 'append appendTo assign read share write' },
  },
  msdyn_ocliveworkitemcontextitem: { global: 'append create delete read write' },
  ...each('msdyn_occhannelconfiguration msdyn_occhannelstateconfiguration', { global: 'read write' }),
  msdyn_oclanguage: { global: 'read appendTo' },
  ...each('msdyn_livechatconfig msdyn_ocvoicechannelsetting', read),
  msdyn_unifiedroutingdiagnostic: { global: 'delete read write' },
  msdyn_unifiedroutingrun: { global: 'delete read' },
  savedquery: { global: 'read write' },
  role: { global: 'appendTo assign read' },
  systemuser: { global: 'append appendTo create read write' },
  msdyn_agentstatus: { global: 'read write' },
};

/** The roles beside System Administrator, who may do everything. */
export const builtInRoles: readonly BuiltInRole[] = [
  { id: roles.agent, grants: agent },
  { id: roles.supervisor, grants: supervisor },
  { id: roles.administrator, grants: administrator },
];
