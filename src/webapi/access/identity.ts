/** Who a request acts as, and what that allows. */
import type { Reader, Store } from '../../store/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal, rootBusinessUnitId } from '../../tables/index.ts';
import type { ApiRequest, Caller } from '../api.ts';
import { askerOf } from '../asker.ts';
import type { Asker } from '../plan/asker.ts';
import { type SettingsBook, settingTables } from '../settings-book.ts';
import { type AccessBook, decisive } from './access-book.ts';
import type { Guarding } from './guard-reader.ts';
import { actOnBehalf } from './privileges.ts';
import { commonProfile } from './profile.ts';
import { UserAccess } from './rights.ts';

/** What is remembered of everybody between requests. */
export interface Books {
  readonly access: AccessBook;
  readonly settings: SettingsBook;
}

/** The user a request acts as. */
export interface Identity {
  readonly caller: Caller;
  readonly asker: Asker;
  readonly guarding: Guarding;
}

/** The identity of a request. The header MSCRMCallerID (a systemuserid) or CallerObjectId (an
 *  azureactivedirectoryobjectid) makes it act as another user, with the rights that both have.
 *  Refuses userNotMember, privilegeMissing, invalidArgument. Source: webapi.md §2. */
export async function identify(
  reader: Pick<Store, 'rows' | 'clock'>,
  { access: book, settings }: Books,
  caller: Caller,
  headers: ApiRequest['headers'],
): Promise<Identity> {
  const own = await book.of(caller.userId);
  if (own === null) throw new Refusal('userNotMember');
  const other = await impersonated(reader, headers);
  const books = { access: book, settings };
  if (other === null || other.userId === caller.userId) return withAccess(reader, caller, own, null, books);
  own.requirePrivilege(actOnBehalf);
  const theirs = await book.of(other.userId);
  if (theirs === null) throw new Refusal('userNotMember');
  const both = new UserAccess(commonProfile(theirs.profile, own.profile));
  return withAccess(reader, { ...caller, ...other }, both, caller.userId, books);
}

async function withAccess(
  reader: Pick<Store, 'rows' | 'clock'>,
  caller: Caller,
  access: UserAccess,
  behalf: Guid<'systemuser'> | null,
  { access: book, settings }: Books,
): Promise<Identity> {
  return {
    caller,
    asker: askerOf(caller, access, await settings.of(caller.userId), reader.clock.now()),
    guarding: {
      access,
      depthOf: (privilege) => access.depthOf(privilege),
      accessOf: (id) => book.of(id),
      sharing: reader,
      userId: caller.userId,
      businessUnitId: caller.businessUnitId,
      behalf,
      requirePrivilege: (name) => access.requirePrivilege(name),
      wrote: (table) => {
        if (decisive.has(table)) book.doubt();
        if (settingTables.has(table)) settings.doubt();
      },
    },
  };
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const byHeader = [
  ['mscrmcallerid', 'systemuserid'],
  ['callerobjectid', 'azureactivedirectoryobjectid'],
] as const;

/** The enabled user that a header names; null when none does. */
async function impersonated(
  reader: Pick<Reader, 'rows'>,
  headers: ApiRequest['headers'],
): Promise<Pick<Caller, 'userId' | 'businessUnitId'> | null> {
  for (const [header, column] of byHeader) {
    const id = headers[header]?.trim().toLowerCase();
    if (id === undefined || id === '') continue;
    if (!guid.test(id))
      throw new Refusal('invalidArgument', `The header ${header} must be the id of a user, a GUID.`);
    const [row] = await reader.rows(systemuser, { [column]: id }, { top: 1 });
    if (!row?.systemuserid || row.isdisabled === true) throw new Refusal('userNotMember');
    return { userId: row.systemuserid, businessUnitId: row.businessunitid ?? rootBusinessUnitId };
  }
  return null;
}
