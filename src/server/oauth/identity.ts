/** From the claims of a checked token to the user it stands for. */
import type { JWTPayload } from 'jose';
import type { Guid } from '../../tables/index.ts';

/** How a token names its user: by our own id, or by the columns azureactivedirectoryobjectid and applicationid. */
export interface UserKey {
  readonly by: 'userId' | 'objectId' | 'applicationId';
  readonly id: Guid<'systemuser'>;
}

/** What a checked token says. `users`: in the order to be tried. `expiresAt`: milliseconds since 1970. */
export interface Identity {
  readonly users: readonly UserKey[];
  readonly expiresAt: number;
  readonly issuer: string;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const guidOf = (claim: unknown): string | null =>
  typeof claim === 'string' && guid.test(claim) ? claim.toLowerCase() : null;

/** The users an external access token may stand for: a person by `oid`; an application by `appid`, `azp` or
 *  `client_id`, but only when the token is the application's own. A token that a person gave to an application must
 *  never act as that application, so one that does not say whose it is stands for nobody. */
export function usersOf(claims: JWTPayload): UserKey[] {
  const oid = guidOf(claims.oid);
  const person: UserKey[] = oid === null ? [] : [{ by: 'objectId', id: oid }];
  if (!isApplicationsOwn(claims)) return person;
  const application = guidOf(claims.appid) ?? guidOf(claims.azp) ?? guidOf(claims.client_id);
  return application === null ? person : [{ by: 'applicationId', id: application }, ...person];
}

/** `idtyp` says it where the issuer sends it; else a token without delegated scopes whose subject is the application's
 *  own object or id (RFC 9068 §2.2). */
function isApplicationsOwn({ idtyp, scp, sub, oid, appid, azp, client_id: clientId }: JWTPayload): boolean {
  if (idtyp !== undefined) return idtyp === 'app';
  if (scp !== undefined || sub === undefined) return false;
  return [oid, appid, azp, clientId].includes(sub);
}
