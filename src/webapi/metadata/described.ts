import type { JsonObject } from '../parse/body.ts';

/** A definition as it is answered: its type, its own members in order, and what its navigation properties lead to, made
 *  when asked for. */
export interface Described {
  readonly type: string;
  readonly members: JsonObject;
  readonly related: Readonly<Record<string, () => readonly Described[] | Described | null>>;
}

/** Publishers of the product's solutions and ours: what bears their prefix is a custom component to the platform. */
const solutionPrefix = /^(?:msdyn|msdynmkt|msdyncrm|msfp|adx|wirechief)_/;

/** Whether a name is that of a component outside the base system. */
export const isSolutionName = (name: string): boolean => solutionPrefix.test(name);
