import {
  msdyn_agentstatus,
  msdyn_agentstatushistory,
  msdyn_presence,
  systemuser,
} from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';

/** The presence of the caller, or of whom the caller stands for (MSCRMCallerID).
 *  Shape: no parameters → {ActiveBrowserSessions, AgentId, AgentName, Timestamp: sign-in in seconds since 1970,
 *  AllowedChannels, CurrentPresenceStatusInfo: the name of the presence, DisabledChannels, PresenceId}.
 *  Refuses recordNotFound for who never signed in. Source: behaviour.md §4.7, actions.json. */
export const CCaaS_GetPresence: Perform = async ({ caller, exchange }) => {
  const { reader } = exchange.database;
  const agent = caller.userId;
  const [status] = await reader.rows(msdyn_agentstatus, { msdyn_agentid: agent }, { top: 1 });
  if (!status) throw new Refusal('recordNotFound', 'msdyn_agentstatus', agent);
  const id = status.msdyn_currentpresenceid;
  const presence = id === null ? null : await reader.row(msdyn_presence, id);
  const user = await reader.row(systemuser, agent);
  const signedIn = status.msdyn_isagentloggedin === true;
  return {
    ActiveBrowserSessions: signedIn ? 1 : 0,
    AgentId: agent,
    AgentName: user?.fullname ?? null,
    Timestamp: signedIn ? await signedInOn(reader, agent) : 0,
    AllowedChannels: ['voice'],
    CurrentPresenceStatusInfo: presence?.msdyn_name ?? null,
    DisabledChannels: [],
    PresenceId: id,
  };
};

type Reader = Parameters<Perform>[0]['exchange']['database']['reader'];

/** When the person signed in: the history began anew with the first row after the last one of being signed out. */
async function signedInOn(reader: Reader, agent: string): Promise<number> {
  const history = await reader.rows(
    msdyn_agentstatushistory,
    { msdyn_agentid: agent },
    { orderBy: [['msdyn_starttime', 'desc']], top: 500 },
  );
  const out = history.findIndex(({ msdyn_isagentloggedin }) => msdyn_isagentloggedin !== true);
  const first = history[(out < 0 ? history.length : out) - 1]?.msdyn_starttime ?? null;
  return first === null ? 0 : Math.floor(first.getTime() / 1000);
}
