/** A program for the tests of a crash: starts the embedded database of the folder named, writes rows without end, and
 *  prints each id once the store has acknowledged it. The first line is the process number of PostgreSQL. */
import { openStore, startEmbedded } from '../../src/store/index.ts';
import { contact } from '../../src/tables/dataverse/contact.ts';
import { systemUserId } from '../../src/tables/index.ts';

const [folder = ''] = process.argv.slice(2);
const database = await startEmbedded(folder);
const store = await openStore({ url: database.url });
process.stdout.write(`${database.pid}\n`);

async function write(): Promise<never> {
  for (;;) {
    const id = await store.transact({ actor: systemUserId, cause: 'crash test' }, (transaction) =>
      transaction.create(contact, { lastname: 'Hart' }),
    );
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all([write(), write(), write(), write()]);
