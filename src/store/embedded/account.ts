/** Under which account the database runs. PostgreSQL refuses to run as uid 0. */
import { readFile } from 'node:fs/promises';
import { StartError } from '../start-error.ts';

/** An account of the operating system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Null when the database may run as we do; when we are uid 0, the account it has to run under instead: postgres,
 *  else nobody, else the first other one (initdb insists on a name, so a bare number will not do).
 *  Throws StartError when there is no account but uid 0. */
export async function databaseAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const account =
    accounts.find(({ name }) => name === 'postgres') ??
    accounts.find(({ name }) => name === 'nobody') ??
    accounts[0];
  if (account !== undefined) return account;
  throw new StartError(
    'PostgreSQL does not run as root and this machine has no other account: add one (adduser postgres), or set DATABASE_URL.',
  );
}
