/** The words of an IVR flow: what a flow file says once it has been read and found sound. Source: voice.md §3.4. */

/** Context variables by name, as the bot hands them over. */
export type Variables = { readonly [name: string]: string };

/** Keys of a telephone. */
export const telephoneKeys = '0123456789*#ABCD';

/** One step of a flow. `next`, `otherwise` and the values of `keys` are names of steps of the same flow. */
export type Step =
  | { readonly kind: 'say'; readonly text: string; readonly next: string }
  | Menu
  | Collect
  | { readonly kind: 'set'; readonly variables: Variables; readonly next: string }
  | { readonly kind: 'transfer' }
  | { readonly kind: 'hangup' };

/** Says the prompt and waits for one key. A key that is not offered, or silence for `timeoutSeconds` after the prompt,
 *  costs an attempt and the prompt is said again; after the last attempt the flow goes on at `otherwise`. */
export interface Menu {
  readonly kind: 'menu';
  readonly prompt: string;
  readonly keys: { readonly [key: string]: string };
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly otherwise: string;
}

/** Says the prompt and takes up to `max` keys into the context variable `into`. The terminator, or silence for
 *  `timeoutSeconds` after at least one key, ends the entry; an empty entry costs an attempt as in a menu. */
export interface Collect {
  readonly kind: 'collect';
  readonly prompt: string;
  readonly max: number;
  readonly terminator: string | null;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly into: string;
  readonly next: string;
  readonly otherwise: string;
}

/** A whole flow. `warnings`: what is odd but can run (a step that is never reached, a step with no way out). */
export interface Flow {
  readonly file: string;
  readonly name: string;
  readonly language: string;
  readonly voice: string | null;
  readonly start: string;
  readonly steps: ReadonlyMap<string, Step>;
  readonly warnings: readonly string[];
}

/** Steps the flow may go to from this one. */
export function waysOut(step: Step): readonly string[] {
  switch (step.kind) {
    case 'say':
    case 'set':
      return [step.next];
    case 'menu':
      return [...Object.values(step.keys), step.otherwise];
    case 'collect':
      return [step.next, step.otherwise];
    case 'transfer':
    case 'hangup':
      return [];
  }
}

/** What a step says, or null. */
export function promptOf(step: Step): string | null {
  if (step.kind === 'say') return step.text;
  return step.kind === 'menu' || step.kind === 'collect' ? step.prompt : null;
}
