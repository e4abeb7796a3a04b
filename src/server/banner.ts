/** What is printed when the server is ready: where everything is, and how to get in. */
import { msdyn_ocphonenumber } from '../tables/dataverse/index.ts';
import type { Config } from './config.ts';
import { isLoopback } from './loopback.ts';
import { developmentClient } from './oauth/clients.ts';
import { whyBuiltInIsOff } from './oauth/sign-in.ts';
import type { Running } from './start.ts';

/** The lines to print. `tookMs`: from the start of the program. */
export async function banner(config: Config, running: Running, tookMs: number): Promise<string> {
  const name = isLoopback(config.host) ? 'localhost' : addressOf(config.host);
  const page = `http://${name}:${running.port}`;
  const sip = `${addressOf(config.host)}:${running.sipPort}`;
  const numbers = await running.store.rows(
    msdyn_ocphonenumber,
    {},
    { orderBy: [['msdyn_phonenumber', 'asc']] },
  );
  const number = numbers[0]?.msdyn_phonenumber;
  const people = (await running.directory.people()).map(({ signInName }) => signInName);
  const lines: [string, string][] = [
    ['Page', `${page}/`],
    ['Caller', `${page}/demo`],
    ['SIP', number == null ? `sip:${sip}` : `sip:${number}@${sip} (UDP and TCP)`],
    ['Web API', `${page}/api/data/v9.2/`],
  ];
  if (config.signIn.kind === 'development') {
    lines.push(['Client', `${developmentClient.id}, secret ${developmentClient.secret}`]);
    if (people.length > 0) lines.push(['Sign in', `${people.join(', ')} (one click on the page)`]);
  }
  const world = running.world.isNew ? `${running.world.name}, just made` : running.world.name;
  lines.push(['World', world]);
  const body = lines.map(([label, text]) => `  ${label.padEnd(9)}${text}`).join('\n');
  const notes = notesOn(config, running).map((note) => `\n${note}`);
  return `\nWirechief is ready (${(tookMs / 1000).toFixed(1)} s)\n\n${body}\n${notes.join('')}\nCtrl+C stops it.\n`;
}

function notesOn(config: Config, { world }: Running): string[] {
  const notes: string[] = [];
  const isOff = whyBuiltInIsOff(config.signIn);
  if (isOff !== null) {
    notes.push(`${isOff}\n`);
  } else if (!isLoopback(config.host)) {
    notes.push('Anyone who can reach this machine can sign in as anybody (WIRECHIEF_DEV_SIGNIN=on).\n');
  }
  if (world.name !== config.world) {
    notes.push(
      `This database holds the world ${world.name}; WIRECHIEF_WORLD=${config.world} acts on a new database only.\n`,
    );
  }
  return notes;
}

/** A host to be dialled or opened: "any address" is this machine's own. IPv6 in brackets. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === 'localhost') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
