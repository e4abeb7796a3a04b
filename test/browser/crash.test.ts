import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { processTree } from '../bench/measure.ts';
import { createPhone } from '../phone/phone.ts';
import { freePort, removeData, rtpBlock, startServer, type TestServer, waitFor } from '../server/server.ts';
import { chromiumPath } from './browser.ts';
import { type ApiRow, accept, pageHears, phoneHears, rowsOf, signIn } from './desk.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'wirechief-crash-'));

/** Kills a server with everything it started, as a power cut would. */
async function killTree(server: TestServer): Promise<void> {
  const pids = processTree(server.process.pid ?? 0);
  expect(pids.length).toBeGreaterThan(3); // server, media, PostgreSQL and its workers
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitFor('every process to be gone', () => pids.every((pid) => !isRunning(pid)));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(chromiumPath === undefined)(
  'kill -9 of the whole process tree in the middle of a call',
  () => {
    afterAll(() => removeData(dataFolder));

    it('keeps every acknowledged row, closes what was cut, frees capacity; the next call works', async () => {
      const ports = { http: await freePort(), sip: await freePort(), rtp: rtpBlock() };
      let server = await startServer({ dataFolder, ports });
      const acknowledged: string[] = [];
      let agent = await signIn({ server }, 'agent', 440);
      let phone = await createPhone({ hertz: 1000 });
      await phone.dial(`sip:+4570000104@127.0.0.1:${ports.sip}`, { from: '+4520000001' });
      await accept(agent);
      await phoneHears(phone, 440);
      const live = await newest(server);
      for (let index = 0; index < 20; index += 1) {
        const response = await server.api('contacts', {
          method: 'POST',
          body: { lastname: `Kept ${index}` },
        });
        acknowledged.push(/\(([^)]+)\)$/.exec(response.headers.get('odata-entityid') ?? '')?.[1] ?? '');
      }

      await killTree(server);
      await Promise.all([agent.close(), phone.close()]);
      server = await startServer({ dataFolder, ports });
      try {
        const kept = await rowsOf(server, "contacts?$select=contactid&$filter=startswith(lastname,'Kept')");
        expect(new Set(kept.map((row) => row.contactid))).toEqual(new Set(acknowledged));

        const conversation = await newest(server);
        expect(conversation).toMatchObject({ activityid: live.activityid, statecode: 1, statuscode: 4 });
        expect(conversation.msdyn_statuschangereason).toBe(192350014); // ClosedDueToFailure, behaviour.md §1.1
        const sessions = await rowsOf(
          server,
          `msdyn_ocsessions?$filter=_msdyn_liveworkitemid_value eq ${live.activityid}`,
        );
        expect(sessions.every((session) => session.statecode === 1)).toBe(true);
        expect(sessions.at(-1)?.msdyn_closurereason).toBe(192350054); // VoiceConnectivityProblem, §2.2
        const [participant] = await rowsOf(
          server,
          `msdyn_sessionparticipants?$filter=_msdyn_omnichannelsession_value eq ${sessions.at(-1)?.activityid}`,
        );
        expect(participant?.msdyn_lefton).toBeTruthy();
        expect(participant?.msdyn_starttalktime).toBeNull();
        for (const status of await rowsOf(server, 'msdyn_agentstatuses')) {
          expect(status).toMatchObject({ msdyn_availableunitscapacity: 100, msdyn_isagentloggedin: false });
        }

        agent = await signIn({ server }, 'agent', 440);
        phone = await createPhone({ hertz: 1000 });
        await phone.dial(`sip:+4570000104@127.0.0.1:${ports.sip}`, { from: '+4520000001' });
        await accept(agent);
        await phoneHears(phone, 440);
        await pageHears(agent, 1000);
        await phone.hangUp();
      } finally {
        await Promise.all([agent.close(), phone.close()]);
        await server.stop();
      }
    });

    async function newest(server: TestServer): Promise<ApiRow> {
      const [row] = await rowsOf(server, 'msdyn_ocliveworkitems?$orderby=createdon desc&$top=1');
      return row ?? {};
    }
  },
);
