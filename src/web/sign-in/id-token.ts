/** What an ID token says of its person, to be shown to that very person. It is not checked, so nothing may hang on it: who
 *  comes in is decided by the server, by the access token. */
import { isRecord, text } from '../kit/record.ts';

/** Null where the token does not say. */
export interface NameOfPerson {
  readonly name: string | null;
  readonly objectId: string | null;
}

/** Reads the claims preferred_username, email, name and oid. */
export function nameIn(idToken: string | null): NameOfPerson {
  const claims = claimsOf(idToken?.split('.')[1] ?? '');
  const name = text(claims, 'preferred_username') ?? text(claims, 'email') ?? text(claims, 'name');
  return { name, objectId: text(claims, 'oid') };
}

function claimsOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}
