/** sipp, a SIP tool of others, calls the whole server: a real SIP user agent, voice.md §9. */
import { createSocket, type Socket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import { type Codec, decode, payloadTypeOf } from '../phone/codec.ts';
import { Ear } from '../phone/ear.ts';
import { startServer, type TestServer, waitFor } from '../server/server.ts';
import { numbers } from './line.ts';
import { callBySipp, isSippHere, mayPlayPackets, type SippCall, type SippOptions } from './sipp/sipp.ts';

const unknownNumber = '+4579999999';

if (!isSippHere)
  process.stderr.write('\nSKIPPED: calls by sipp. Install it with: apt-get install -y sip-tester\n\n');
else if (!mayPlayPackets)
  process.stderr.write('\nSKIPPED: keys by RFC 4733 from sipp. It plays them as root only.\n\n');

interface Row {
  readonly [column: string]: unknown;
}

describe.skipIf(!isSippHere)('sipp calls the whole server', () => {
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  let server: TestServer;
  let ear: Ear;
  let earSocket: Socket;
  let call: SippCall | undefined;
  beforeAll(async () => {
    database = await makeTestDatabase('empty');
    server = await startServer({ env: { DATABASE_URL: database.url } });
  });
  afterAll(async () => {
    const code = await server?.stop();
    await database?.drop();
    expect(code).toBe(0);
    expect(server.output()).not.toMatch(/fault|fail/i);
  });
  beforeEach(async () => {
    ear = new Ear(10_000);
    earSocket = createSocket('udp4');
    await new Promise<void>((resolve) => earSocket.bind(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    call?.stop();
    earSocket.close();
  });

  const dial = async (options: Omit<SippOptions, 'sipPort'>): Promise<SippCall> => {
    call = await callBySipp({ sipPort: server.sipPort, ...options });
    return call;
  };
  const rows = async (query: string): Promise<readonly Row[]> => {
    const response = await server.api(query, { headers: { prefer: 'odata.include-annotations="*"' } });
    expect(response.status, query).toBe(200);
    const { value } = (await response.json()) as { readonly value: readonly Row[] };
    return value;
  };
  const legs = async (): Promise<unknown> => {
    const { legs } = (await (await fetch(`${server.origin}/healthz`)).json()) as Row;
    return legs;
  };
  const listen = (codec: Codec): void => {
    earSocket.on('message', (packet) => {
      if (packet.readUInt8(1) % 128 === payloadTypeOf[codec])
        ear.hear(decode(codec, packet.subarray(12)), performance.now());
    });
  };

  it.for([
    ['INFO', 'udp', 'PCMU'],
    ['INFO', 'tcp', 'PCMA'],
    ['RFC 4733', 'udp', 'PCMU'],
    ['RFC 4733', 'udp', 'PCMA'],
  ] as const)(
    'hears the menu, presses 1 by %s over %s in %s, waits in Legal, gives up',
    async ([method, transport, codec], { skip }) => {
      skip(method === 'RFC 4733' && !mayPlayPackets, 'sipp plays packets as root only');
      listen(codec);
      const { callId, cue, done } = await dial({
        scenario: method === 'INFO' ? 'key-by-info' : 'key-by-rtp',
        number: numbers.frontDesk,
        transport,
        payload: payloadTypeOf[codec],
        ear: earSocket.address().port,
      });
      await Promise.race([done, waitFor('the prompt in sound', () => ear.level(300) > 0.02)]);
      const [context] = await rows(
        `msdyn_ocphonecallengagementctxes?$filter=msdyn_callsid eq '${callId}'&$select=_msdyn_liveworkitemid_value`,
      );
      const conversation = String(context?._msdyn_liveworkitemid_value);
      const ofConversation = `$filter=_msdyn_liveworkitemid_value eq ${conversation}&$orderby=createdon asc`;
      const sessions = () => rows(`msdyn_ocsessions?${ofConversation}`);
      expect(await sessions()).toHaveLength(1);

      await cue();
      await waitFor('session 2', async () => (await sessions()).length === 2);
      expect((await sessions())[1]).toMatchObject({
        '_msdyn_cdsqueueid_value@OData.Community.Display.V1.FormattedValue': 'Legal Call center Queue',
      });
      expect(
        await rows(
          `msdyn_ocliveworkitemcontextitems?$filter=_msdyn_ocliveworkitemid_value eq ${conversation}&$orderby=msdyn_name asc`,
        ),
      ).toMatchObject([
        { msdyn_name: 'va_Department', msdyn_value: 'Legal' },
        { msdyn_name: 'va_Scope', msdyn_value: 'Contract' },
      ]);

      const state = () => rows(`msdyn_ocliveworkitems?$filter=activityid eq ${conversation}`);
      expect(await state()).toMatchObject([{ statuscode: 1, msdyn_isabandoned: false }]);
      await cue();
      await done;
      await waitFor('the conversation closed', async () => (await state())[0]?.statuscode === 4);
      expect(await state()).toMatchObject([{ msdyn_isabandoned: true }]);
      await waitFor('no leg left', async () => (await legs()) === 0);
    },
  );

  it('is refused 404 at a number that nobody has, which leaves no row', async () => {
    const before = await rows('msdyn_ocliveworkitems?$select=activityid');
    await (await dial({ scenario: 'unknown-number', number: unknownNumber })).done;
    expect(await rows('msdyn_ocliveworkitems?$select=activityid')).toEqual(before);
    await waitFor('no leg left', async () => (await legs()) === 0);
  });

  it('is refused 486 at the busy number', async () => {
    await (await dial({ scenario: 'busy-number', number: numbers.busy })).done;
  });
});
