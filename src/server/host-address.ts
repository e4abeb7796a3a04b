/** From the host of the settings to an address: SDP and Contact must name one, a name may not stand there. */
import { lookup } from 'node:dns/promises';
import { messageOf } from './errors.ts';
import { exitCodes, StartError } from './start-error.ts';

/** The address of a host, IPv4 before IPv6; an address is its own. Refuses: StartError when the name is not known. */
export async function addressOfHost(host: string): Promise<string> {
  try {
    return (await lookup(host, { order: 'ipv4first' })).address;
  } catch (error) {
    throw new StartError(
      `WIRECHIEF_HOST is "${host}", which has no address (${messageOf(error)}): set it to an address of this machine, as 127.0.0.1 or 0.0.0.0.`,
      exitCodes.configuration,
      { cause: error },
    );
  }
}
