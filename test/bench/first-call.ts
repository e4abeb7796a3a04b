/** How long a person waits in one ordinary call: for the answer, for the offer, for the other's voice. */
import { createPhone, type Phone } from '../phone/phone.ts';
import { waitFor } from '../phone/wait.ts';
import { type TestServer, waitFor as waitForAnswer } from '../server/server.ts';
import { act, signIn } from './people.ts';
import { openPushStream, type PushStream } from './push-stream.ts';
import type { Report } from './report.ts';
import { SoftphonePage } from './softphone-page.ts';

const calls = 16;
/** Calls before those that count; the first of all is told apart, as a server just started answers it. */
const warmUpCalls = 2;
const frontDesk = '+4570000001';
const callerHertz = 1000;
const agentHertz = 440;
/** Status reason of a conversation whose call is over. */
const wrapUp = 5;
/** Three packets of nothing but the tone: it is there. */
const hearMs = 60;

interface Desk {
  readonly server: TestServer;
  readonly phone: Phone;
  readonly page: SoftphonePage;
  readonly pushed: PushStream;
  readonly token: string;
}

interface Timing {
  readonly answerMs: number;
  readonly offerMs: number;
  readonly ringMs: number;
  readonly acceptedMs: number;
  readonly soundMs: number;
}

/** Places calls one after another, pressing the key by turns as RTP event and as INFO. */
export async function benchFirstCall(report: Report, server: TestServer): Promise<void> {
  const token = await signIn(server.origin, 'agent');
  const page = await SoftphonePage.open(server.origin, { type: 'hello', role: 'agent', token }, agentHertz);
  const pushed = await openPushStream(server.origin, token, 'me');
  const phone = await createPhone({ hertz: callerHertz });
  const desk: Desk = { server, phone, page, pushed, token };
  const first = await oneCall(desk, 'rfc4733');
  const timings: { readonly rfc4733: Timing[]; readonly info: Timing[] } = { rfc4733: [], info: [] };
  for (let call = 1 - warmUpCalls; call < calls; call += 1) {
    const method = call % 2 === 0 ? 'rfc4733' : 'info';
    const timing = await oneCall(desk, method);
    if (call >= 0) timings[method].push(timing);
  }
  pushed.close();
  await Promise.all([page.close(), phone.close()]);
  const all = [...timings.rfc4733, ...timings.info];
  const of = (name: keyof Timing, some = all): number[] => some.map((timing) => timing[name]);
  report.figure('INVITE to 200 OK', of('answerMs'), 'ms', { most: 100 });
  report.figure('key pressed (RFC 4733) to offer.new', of('offerMs', timings.rfc4733), 'ms', { most: 150 });
  report.figure('key pressed (INFO) to offer.new', of('offerMs', timings.info), 'ms', { most: 150 });
  report.figure('key pressed to the ringing softphone', of('ringMs'), 'ms');
  report.figure('Accept to two-way sound', of('soundMs'), 'ms', { most: 300 });
  report.figure('Accept to its 204', of('acceptedMs'), 'ms');
  report.figure('first call after the start: INVITE to 200 OK', [first.answerMs], 'ms');
  report.figure('first call after the start: key to offer.new', [first.offerMs], 'ms');
  report.figure('first call after the start: Accept to two-way sound', [first.soundMs], 'ms');
}

async function oneCall(desk: Desk, method: 'rfc4733' | 'info'): Promise<Timing> {
  const { server, phone, page, pushed, token } = desk;
  const known = pushed.heard.length;
  phone.sound.ear.forget(); // of the call before
  const invitedAt = performance.now();
  await phone.dial(`sip:${frontDesk}@127.0.0.1:${server.sipPort}`, { from: '+4520000001' });
  const answeredAt = performance.now();
  await waitFor('the prompt', () => phone.sound.ear.level(200) > 0.02, { timeoutMs: 10_000 });
  const pressedAt = performance.now();
  const pressed = phone.sendKeys('1', method);
  const offer = await pushed.find(
    (event) => event.type === 'offer.new' && !pushed.heard.slice(0, known).some((old) => old.event === event),
  );
  const { conversation } = offer.event.data;
  const rings = (): boolean => page.call.state === 'ringing' && page.call.conversation === conversation;
  await waitFor('the ringing page', rings);
  const rangAt = performance.now();
  await pressed;
  // What else the key set off is over when a person can react.
  await waitFor('wait music', () => phone.sound.ear.level(100) > 0.005, { timeoutMs: 10_000 });
  const acceptedAt = performance.now();
  const accepted = act(server.origin, token, String(conversation), 'CCaaS_AcceptCall').then(() =>
    performance.now(),
  );
  const hears = (ear: SoftphonePage['ear'], hertz: number): boolean => ear.share(hertz, hearMs) > 0.9;
  await waitFor('two-way sound', () => hears(phone.sound.ear, agentHertz) && hears(page.ear, callerHertz), {
    timeoutMs: 10_000,
  });
  const heardAt = performance.now();
  const answeredAcceptAt = await accepted;
  await phone.hangUp();
  await wrapUpOf(server, String(conversation));
  await act(server.origin, token, String(conversation), 'wirechief_CloseSession');
  return {
    answerMs: answeredAt - invitedAt,
    offerMs: offer.at - pressedAt,
    ringMs: rangAt - pressedAt,
    acceptedMs: answeredAcceptAt - acceptedAt,
    soundMs: heardAt - acceptedAt,
  };
}

/** Waits until the rows say that the caller is gone: only then closing means that wrap-up is done. */
async function wrapUpOf(server: TestServer, conversation: string): Promise<void> {
  await waitForAnswer('wrap-up', async () => {
    const answer = await server.api(`msdyn_ocliveworkitems(${conversation})?$select=statuscode`);
    const { statuscode } = (await answer.json()) as { statuscode?: number };
    return statuscode === wrapUp;
  });
}
