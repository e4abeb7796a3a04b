import type { NameAddress, Via } from './fields.ts';
import type { Headers } from './headers.ts';

/** What a request and a response have in common once they are well formed. `via` is the topmost. */
interface Envelope {
  readonly headers: Headers;
  readonly body: Buffer;
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
}

/** A well-formed request. `uri` is the request URI as written. */
export interface SipRequest extends Envelope {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

/** A well-formed response. */
export interface SipResponse extends Envelope {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

const crlf = '\r\n';
const empty = Buffer.alloc(0);

/** Start line, headers and body → bytes; Content-Length is counted here, in bytes. */
export function formatMessage(startLine: string, headers: Headers, body: Buffer = empty): Buffer {
  if (/[\r\n]/.test(startLine)) throw new RangeError('line break in a start line');
  const head = `${startLine}${crlf}${headers.format()}Content-Length: ${body.length}${crlf}${crlf}`;
  const headBytes = Buffer.from(head, 'latin1');
  return body.length === 0 ? headBytes : Buffer.concat([headBytes, body]);
}
