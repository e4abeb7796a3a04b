/** What the routes of the listener share. */
import type { IncomingMessage } from 'node:http';
import type { Finding } from '../../routing/index.ts';
import type { Voice } from '../../voice/index.ts';
import type { WebApi } from '../../webapi/index.ts';
import type { Authenticator } from '../authenticator.ts';
import type { ClockDesk } from '../clock-desk.ts';
import type { Issuer } from '../oauth/authorize.ts';
import type { ExternalIssuer } from '../oauth/external-issuer.ts';
import type { TokenEndpoint } from '../oauth/token.ts';
import type { Push } from '../push/push.ts';
import type { RequestLog } from '../requests/request-log.ts';
import type { Limits } from './limits.ts';

/** What is served once the server is up. */
export interface Services {
  readonly api: WebApi;
  readonly authenticator: Authenticator;
  readonly issuer: Issuer;
  readonly tokenEndpoint: TokenEndpoint;
  /** The issuer of one's own; null while the built-in one counts, or none. */
  readonly external: ExternalIssuer | null;
  readonly push: Push;
  readonly requests: RequestLog;
  readonly clock: ClockDesk;
  /** What is wrong with the configuration as a whole. */
  readonly lint: () => Promise<readonly Finding[]>;
  readonly voice: Pick<Voice, 'upgrade'>;
  /** What /healthz shows. Rejects when something does not serve. */
  readonly health: () => Promise<{ readonly [name: string]: unknown }>;
}

/** The state of the listener as a route sees it. */
export interface Context {
  /** What there is to serve; null before the server is up and while it stops. */
  services(): Services | null;
  /** The origin by which this request came; it was judged before. */
  origin(request: IncomingMessage): string;
  readonly limits: Limits;
  readonly log: (line: string) => void;
}
