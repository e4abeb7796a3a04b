/** GUIDs that the product's actions take as text. */
import { Refusal } from '../tables/index.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The GUID in lower case. Refuses invalidArgument for another text, and for none. */
export function guidIn(name: string, value: string | null): string {
  const text = value?.toLowerCase() ?? '';
  if (guid.test(text)) return text;
  throw new Refusal('invalidArgument', `The parameter ${name} must be a GUID.`);
}
