/** Every read of the screens, with its cache key: the key says which pushed change makes it stale. */
import { queryOptions } from '@tanstack/react-query';
import { label, lookup, number, text, type WebRecord } from '../kit/record.ts';
import { readList, readRecord } from '../kit/web-api.ts';
import { keys } from '../push/stale.ts';
import {
  type Conversation,
  conversationColumns,
  readConversation,
  readEngagement,
  readSession,
  sessionsQuery,
  status,
} from './rows.ts';

const set = 'msdyn_ocliveworkitems';
const stable = 10 * 60_000;

/** The conversations this agent has in hand: accepted and not yet closed, oldest first. */
export const workQuery = (agent: string) =>
  queryOptions({
    queryKey: [...keys.work, agent],
    queryFn: async (): Promise<readonly Conversation[]> => {
      const mine = `_msdyn_activeagentid_value eq ${agent} and (statuscode eq ${status.active} or statuscode eq ${status.wrapUp})`;
      const rows = await readList(
        `${set}?$select=${conversationColumns}&$filter=${mine}&$orderby=createdon asc`,
      );
      return rows.map(readConversation).filter((conversation) => !conversation.isAwaitingAcceptance);
    },
  });

/** The newest conversations of everybody, newest first. */
export const recentQuery = (count = 50) =>
  queryOptions({
    queryKey: [...keys.recent, String(count)],
    queryFn: async (): Promise<readonly Conversation[]> => {
      const rows = await readList(
        `${set}?$select=${conversationColumns}&$orderby=createdon desc&$top=${count}`,
      );
      return rows.slice(0, count).map(readConversation);
    },
    // The stream tells of one's own conversations; others' show with the next look.
    refetchInterval: 15_000,
  });

/** One conversation. */
export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation(id), 'row'],
    queryFn: async () => readConversation(await readRecord(`${set}(${id})?$select=${conversationColumns}`)),
  });

/** The phone call behind a conversation, or null when it has none. */
export const engagementQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation(id), 'engagement'],
    queryFn: async () => {
      const columns = 'msdyn_fromphone,msdyn_tophone,msdyn_callername,msdyn_callsid';
      const filter = `_msdyn_liveworkitemid_value eq ${id}`;
      const [row] = await readList(
        `msdyn_ocphonecallengagementctxes?$select=${columns}&$filter=${filter}&$top=1`,
      );
      return row === undefined ? null : readEngagement(row);
    },
  });

/** The ids of the users that are bots. */
export const botsQuery = queryOptions({
  queryKey: ['bots'],
  staleTime: stable,
  queryFn: async () => {
    const rows = await readList('systemusers?$select=fullname&$filter=msdyn_usertype eq 192350001');
    return rows.map((row) => text(row, 'systemuserid') ?? '');
  },
});

/** The sessions of a conversation with their participants, oldest first. */
export const sessionsOf = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation(id), 'sessions'],
    queryFn: async ({ client }) => {
      const [bots, rows] = await Promise.all([client.fetchQuery(botsQuery), readList(sessionsQuery(id))]);
      return rows.map((row) => readSession(row, new Set(bots)));
    },
  });

/** The context variables of a conversation with their values, by name. */
export const variablesQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation(id), 'variables'],
    queryFn: async () => {
      const filter = `_msdyn_ocliveworkitemid_value eq ${id}`;
      const rows = await readList(
        `msdyn_ocliveworkitemcontextitems?$select=msdyn_name,msdyn_value&$filter=${filter}&$orderby=msdyn_name asc`,
      );
      return rows.map((row) => ({
        name: text(row, 'msdyn_name') ?? '',
        value: text(row, 'msdyn_value') ?? '',
      }));
    },
  });

/** A customer who is a contact. */
export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.contact(id), 'row'],
    queryFn: async () => {
      const columns = 'fullname,mobilephone,telephone1,emailaddress1,jobtitle,_parentcustomerid_value';
      const row = await readRecord(`contacts(${id})?$select=${columns}`);
      return {
        name: text(row, 'fullname') ?? 'Unnamed contact',
        mobile: text(row, 'mobilephone'),
        phone: text(row, 'telephone1'),
        email: text(row, 'emailaddress1'),
        jobTitle: text(row, 'jobtitle'),
        company: lookup(row, 'parentcustomerid'),
      };
    },
  });

/** The latest conversations of a customer, newest first: the timeline's cards. */
export const timelineQuery = (contact: string) =>
  queryOptions({
    queryKey: [...keys.recent, 'timeline', contact],
    queryFn: async () => {
      const rows = await readList(
        `${set}?$select=${conversationColumns}&$filter=_regardingobjectid_value eq ${contact}` +
          '&$orderby=createdon desc&$top=10',
      );
      return rows.slice(0, 10).map(readConversation);
    },
  });

/** Whether the communication panel is open at first (behaviour.md §5, session template). */
export type PanelMode = 'docked' | 'minimised' | 'hidden';

const panelModes: { readonly [code: number]: PanelMode } = {
  162450000: 'minimised',
  162450001: 'hidden',
  162450002: 'docked',
};

/** What the workstream's session template says of a workspace session. */
export interface SessionTemplate {
  readonly anchorTab: string;
  readonly panelMode: PanelMode;
}

/** The template when the workstream names none: the product's own for voice. */
export const defaultTemplate: SessionTemplate = { anchorTab: 'Customer Summary', panelMode: 'docked' };

/** The session template of a workstream, found by its unique name. */
export const templateQuery = (workstream: string) =>
  queryOptions({
    queryKey: ['template', workstream],
    staleTime: stable,
    queryFn: async (): Promise<SessionTemplate> => {
      const row = await readRecord(
        `msdyn_liveworkstreams(${workstream})?$select=msdyn_sessiontemplate_default`,
      );
      const uniqueName = text(row, 'msdyn_sessiontemplate_default');
      if (uniqueName === null) return defaultTemplate;
      const filter = encodeURIComponent(`msdyn_uniquename eq '${uniqueName.replaceAll("'", "''")}'`);
      const [template] = await readList(
        `msdyn_sessiontemplates?$select=_msdyn_anchortab_value,msdyn_panelstate&$filter=${filter}&$top=1`,
      );
      return template === undefined ? defaultTemplate : readTemplate(template);
    },
  });

function readTemplate(row: WebRecord): SessionTemplate {
  return {
    anchorTab: label(row, '_msdyn_anchortab_value') ?? defaultTemplate.anchorTab,
    panelMode: panelModes[number(row, 'msdyn_panelstate') ?? 0] ?? defaultTemplate.panelMode,
  };
}
