/** What server sees of the Web API: one function from request to response, no sockets. */
import type { Change, StoreWatch } from '../store/index.ts';
import type { Guid } from '../tables/index.ts';

/** A request as the HTTP listener hands it over. `url`: path and query as sent, still encoded. Header names in lower
 *  case; a repeated header is joined by ", ". `origin`: scheme://host[:port] the client used, for absolute URLs. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly origin: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: string | Buffer | null;
  /** The body as it arrives, in place of `body`, when its type is application/octet-stream: files are larger than what
   *  memory should hold. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** The answer. `body` is written as it is. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | null;
  /** Written in place of `body`, piece by piece as the client takes them; Content-Length is in the headers when known. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** Who asks, from the verified token. */
export interface Caller {
  readonly userId: Guid<'systemuser'>;
  readonly businessUnitId: Guid<'businessunit'>;
  readonly organizationId: Guid;
}

/** The Web API. Never throws for bad input: every refusal is a response in the Dataverse error form. */
export interface WebApi {
  /** `watch` hears of what is asked of the database for it. */
  handle(request: ApiRequest, caller: Caller, watch?: StoreWatch): Promise<ApiResponse>;
  /** For each of the changes, whether the caller may hear of it: whether the row it is about may be read. */
  mayHear(caller: Caller, changes: readonly Change[]): Promise<readonly boolean[]>;
  /** Whether the caller holds the role that may do everything. */
  isAdministrator(caller: Caller): Promise<boolean>;
  /** The response for a request without a valid token. */
  challenge(request: ApiRequest, reason: string): ApiResponse;
}
