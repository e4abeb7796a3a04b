/** The timer values of RFC 3261 §17 (table 4) and RFC 6026, in milliseconds. */
export const timing = {
  /** Round-trip estimate: first distance of timers A, E and G. */
  t1: 500,
  /** Largest distance of timers E and G and of retransmitted 2xx. */
  t2: 4_000,
  /** How long a message may stay in the network: timers I and K over UDP. */
  t4: 5_000,
  /** 64·T1: timers B, F, H, J, L and M, and how long a 2xx waits for its ACK. */
  giveUp: 32_000,
  /** Timer D over UDP. */
  d: 32_000,
  /** An INVITE without any response for this long is answered 100. RFC 3261 §17.2.1. */
  trying: 200,
  /** A ringing call repeats its provisional response so that proxies keep it. RFC 3261 §13.3.1.1. */
  ringAgain: 60_000,
} as const;
