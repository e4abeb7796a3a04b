import type { Reader, Statement } from '../store/index.ts';
import type { ReadRow } from './response.ts';
import type { SqlStatement } from './sql.ts';

/** How many statements get a name at most: the server and the driver keep named ones as long as a connection lives. */
const nameLimit = 300;
/** From which use on a statement is prepared under a name. */
const namedFrom = 3;
/** How many texts are counted before the counts start over. */
const countedLimit = 5000;

/** A list behind a rule of rights: whether its owners and business units own fifty rows or all of them only the values
 *  tell. Of 100,000 contacts, fifty of one owner took 900 ms by the plan for any values, 1 ms by the plan for these. */
const dependsOnValues = (text: string): boolean => text.includes('::uuid[])') && text.includes(' order by ');

/** Gives the statements that come back a name, so that PostgreSQL parses and plans them once; lists behind a rule of
 *  rights are planned each time. All values are parameters, so the text is the shape of the query.
 *  Source: data-and-http.md §2. */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private uses = new Map<string, number>();

  /** The statement, named when it was asked for often enough. */
  named({ text, values }: SqlStatement): Statement {
    const name = dependsOnValues(text) ? undefined : this.nameOf(text);
    return name === undefined ? { text, values } : { text, values, name };
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= nameLimit) return known;
    const uses = (this.uses.get(text) ?? 0) + 1;
    if (uses >= namedFrom) {
      const name = `webapi_${this.names.size + 1}`;
      this.names.set(text, name);
      this.uses.delete(text);
      return name;
    }
    if (this.uses.size >= countedLimit) this.uses = new Map();
    this.uses.set(text, uses);
    return undefined;
  }
}

/** Runs a read's statement. Null when there is no row. Refuses unavailable. */
export async function readRow(reader: Reader, statement: Statement): Promise<ReadRow | null> {
  const [row] = await reader.query(statement);
  return row ? (row as ReadRow) : null;
}
