/** Who there is: people for the sign-in page, callers for the Web API. Reads systemuser rows and nothing else. */
import type { Store } from '../store/index.ts';
import { systemuser } from '../tables/dataverse/index.ts';
import { type Guid, organizationId, rootBusinessUnitId } from '../tables/index.ts';
import type { Caller } from '../webapi/index.ts';
import type { UserKey } from './oauth/identity.ts';

/** Someone who can sign in. */
export interface Person {
  readonly userId: Guid<'systemuser'>;
  readonly signInName: string;
  readonly displayName: string;
}

/** A user as a token names it: one who may come in, or one who is disabled. */
export type Member =
  | { readonly kind: 'enabled'; readonly caller: Caller; readonly displayName: string }
  | { readonly kind: 'disabled'; readonly userId: Guid<'systemuser'> };

/** The directory. */
export interface Directory {
  /** Enabled people who are neither applications nor the system, by name. */
  people(): Promise<readonly Person[]>;
  /** One of them by sign-in name, without case; null when there is none. */
  person(signInName: string): Promise<Person | null>;
  /** The user of a key; null when there is none. */
  member(key: UserKey): Promise<Member | null>;
}

const supportUser = 3;
const columns = { objectId: 'azureactivedirectoryobjectid', applicationId: 'applicationid' } as const;

/** The directory of a store. */
export function createDirectory(store: Pick<Store, 'row' | 'rows'>): Directory {
  const people = async (): Promise<readonly Person[]> => {
    const rows = await store.rows(systemuser, { applicationid: null }, { orderBy: [['domainname', 'asc']] });
    return rows.flatMap((row) => {
      const { systemuserid, domainname } = row;
      if (systemuserid === null || domainname === null) return [];
      if (row.isdisabled === true || row.accessmode === supportUser) return [];
      return [{ userId: systemuserid, signInName: domainname, displayName: row.fullname ?? domainname }];
    });
  };
  return {
    people,
    person: async (signInName) => {
      const wanted = signInName.toLowerCase();
      return (await people()).find((person) => person.signInName.toLowerCase() === wanted) ?? null;
    },
    member: async ({ by, id }) => {
      const row =
        by === 'userId'
          ? await store.row(systemuser, id)
          : ((await store.rows(systemuser, { [columns[by]]: id }, { top: 1 }))[0] ?? null);
      const userId = row?.systemuserid ?? null;
      if (row === null || userId === null) return null;
      if (row.isdisabled === true) return { kind: 'disabled', userId };
      return {
        kind: 'enabled',
        caller: { userId, businessUnitId: row.businessunitid ?? rootBusinessUnitId, organizationId },
        displayName: row.fullname ?? row.domainname ?? userId,
      };
    },
  };
}
