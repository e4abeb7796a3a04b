/** Waits until a condition holds, looking every few milliseconds; never longer than the deadline. Rejects naming
 *  what was waited for, and what `state` says at the end. */
export async function waitFor(
  what: string,
  condition: () => boolean,
  options: { readonly timeoutMs?: number; readonly state?: () => string } = {},
): Promise<void> {
  const { timeoutMs = 5_000, state } = options;
  const until = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > until) {
      throw new Error(`${what}: not within ${timeoutMs} ms${state === undefined ? '' : ` (${state()})`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}
