/** An expected "no" on the SIP side: becomes a final response with this status and reason phrase.
 *  Shape: status 400–699, reason as `message`, extra headers by name. Thrown by parsing, by offer handling and by
 *  refused client requests; caught where the message came in.
 *  Source: RFC 3261 §21. */
export class SipRefusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.name = 'SipRefusal';
    this.status = status;
    this.headers = headers;
  }
}
