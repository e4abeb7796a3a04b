/** What server sees of the voice layer: calls in, agents' and callers' softphones, the call-control port. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CallControl, Engine } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';

/** A number of the world that answers by itself, for tests without a carrier (mission row B2). */
export type TestNumber = 'echo' | 'tone' | 'ring' | 'busy';

/** A trunk for calls that we place. `address`: host and maybe port, as in a SIP URI. */
export interface OutboundTrunk {
  readonly address: string;
  readonly transport?: 'udp' | 'tcp';
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** How the voice layer is set up. Flows by the systemuser id of their bot, as text of the flow file (YAML).
 *  `numbers`: E.164 → test number; every other dialled number becomes a CallArrived. */
export interface VoiceConfig {
  readonly sip: {
    readonly host: string;
    readonly port: number;
    readonly advertise?: string;
    readonly trunks: readonly string[];
    readonly credentials: { readonly [user: string]: string };
    /** The trunk that calls go out by; without it nobody outside can be called. */
    readonly outbound?: OutboundTrunk;
  };
  readonly rtpPorts: readonly [first: number, last: number];
  /** The speech-to-text program and its arguments (`{file}` for the path of the WAV); without it transcripts are empty. */
  readonly transcriber?: readonly string[];
  readonly cacheFolder: string;
  readonly flows: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly numbers: ReadonlyMap<string, TestNumber>;
  /** May pages without sign-in call us (development and demo)? */
  readonly callersWithoutSignIn: boolean;
  readonly authenticate: (token: string) => Promise<Guid<'systemuser'> | null>;
  readonly log: (line: string) => void;
}

/** The running voice layer. `upgrade` takes over an HTTP upgrade of /softphone. */
export interface Voice extends CallControl {
  readonly sipPort: number;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Live legs, for /healthz. */
  legs(): number;
  close(): Promise<void>;
}

/** Starts the voice layer and joins it to the engine: `startVoice(config, engine)`. */
export type StartVoice = (config: VoiceConfig, engine: Engine) => Promise<Voice>;
