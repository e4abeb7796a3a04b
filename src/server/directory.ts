/** Who there is: people for the sign-in page, callers for the Web API. Reads systemuser rows and nothing else. */
import type { Store } from '../store/index.ts';
import { systemuser } from '../tables/dataverse/index.ts';
import { type Guid, organizationId, rootBusinessUnitId } from '../tables/index.ts';
import type { Caller } from '../webapi/index.ts';

/** Someone who can sign in. */
export interface Person {
  readonly userId: Guid<'systemuser'>;
  readonly signInName: string;
  readonly displayName: string;
}

/** The directory. */
export interface Directory {
  /** Enabled people who are neither applications nor the system, by name. */
  people(): Promise<readonly Person[]>;
  /** One of them by sign-in name, without case; null when there is none. */
  person(signInName: string): Promise<Person | null>;
  /** An enabled user as the Web API knows it; null when unknown or disabled. */
  caller(userId: Guid<'systemuser'>): Promise<(Caller & { readonly displayName: string }) | null>;
}

const supportUser = 3;

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
    caller: async (userId) => {
      const row = await store.row(systemuser, userId);
      if (row === null || row.isdisabled === true) return null;
      return {
        userId,
        businessUnitId: row.businessunitid ?? rootBusinessUnitId,
        organizationId,
        displayName: row.fullname ?? row.domainname ?? userId,
      };
    },
  };
}
