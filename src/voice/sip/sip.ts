/** What call control sees of the SIP stack. Knows nothing of conversations or media. */

/** A call towards us. Callbacks are set synchronously in the `onInvite` handler. */
export interface IncomingCall {
  /** Call-ID header. */
  readonly id: string;
  /** User part of From (or P-Asserted-Identity when the trunk is trusted for it); null when anonymous. */
  readonly from: string | null;
  readonly fromDisplay: string;
  /** User part of the request URI. */
  readonly to: string;
  readonly remote: { readonly address: string; readonly port: number; readonly transport: 'udp' | 'tcp' };
  /** The peer's SDP offer, or null for a late offer (then `answer` takes our offer and gives the peer's answer). */
  readonly offer: string | null;
  ring(): void;
  /** Sends 200 with our SDP, retransmitted until ACK. Resolves with the SDP of the ACK (null unless late offer);
   *  rejects when the ACK never came (the dialog is then ended with BYE). */
  answer(sdp: string): Promise<string | null>;
  /** Final refusal before the answer, for example (486, 'Busy Here'). */
  reject(status: number, reason: string, headers?: Readonly<Record<string, string>>): void;
  /** Ends an answered dialog. `reason` becomes a Reason header. */
  bye(reason?: string): void;
  onCancel: () => void;
  /** The dialog is over and it was not our doing: BYE from the peer, or a failed dialog. */
  onEnded: (reason: string) => void;
  /** re-INVITE or UPDATE: the peer's new offer (null when it wants ours); returns our SDP. */
  onOffer: (sdp: string | null) => string;
  /** The peer's answer, in its ACK, to the offer that `onOffer(null)` returned. */
  onAnswer?: (sdp: string) => void;
  /** INFO inside the dialog. */
  onInfo: (contentType: string, body: string) => void;
}

/** A call we place. */
export interface OutgoingCall {
  readonly id: string;
  bye(reason?: string): void;
  cancel(): void;
  info(contentType: string, body: string): Promise<void>;
  /** Sends a re-INVITE with this SDP; resolves with the peer's answer. */
  reinvite(sdp: string): Promise<string>;
}

/** How a placed call goes on. */
export interface OutgoingHandlers {
  ringing(status: number, sdp: string | null): void;
  answered(sdp: string, call: OutgoingCall): void;
  failed(status: number, reason: string): void;
  ended(reason: string): void;
  /** The peer's re-INVITE; returns our SDP. */
  offered(sdp: string | null): string;
  /** The peer's answer, in its ACK, to the offer that `offered(null)` returned. */
  offerAnswered?(sdp: string): void;
  info(contentType: string, body: string): void;
}

/** Where and how to listen. `trunks`: addresses whose calls are taken without digest; `credentials`: user → password
 *  for everyone else (a call from elsewhere without valid credentials gets 403). */
export interface SipConfig {
  readonly host: string;
  readonly port: number;
  readonly advertise?: string;
  readonly trunks: readonly string[];
  readonly credentials: { readonly [user: string]: string };
  readonly realm: string;
  /** The digest algorithms offered, most preferred first; SHA-256 and MD5 unless given. Phones of the libre family up
   *  to 1.x give up when anything but MD5 is offered, and sipp 3.6 looks at the first challenge only. */
  readonly digest?: readonly ('SHA-256' | 'MD5')[];
  readonly log: (line: string) => void;
}

/** A running SIP stack on UDP and TCP. */
export interface SipStack {
  readonly port: number;
  onInvite: (call: IncomingCall) => void;
  dial(
    target: string,
    options: {
      readonly from: string;
      readonly sdp: string;
      readonly transport?: 'udp' | 'tcp';
      readonly credentials?: { readonly user: string; readonly password: string };
      readonly headers?: Readonly<Record<string, string>>;
    },
    handlers: OutgoingHandlers,
  ): OutgoingCall;
  /** Refuses new calls with 503, ends live dialogs with BYE, closes the sockets. */
  close(): Promise<void>;
}
