/** Questions about single rows, gathered so that one statement answers all of them. */
import type { Reader } from '../../store/index.ts';
import { Refusal, type Table } from '../../tables/index.ts';
import { accessName } from '../plan/access-rights.ts';
import type { Access, Right, RowRule } from '../plan/asker.ts';
import { isPointer } from '../sql/activities.ts';
import { ruleText, sourceText } from '../sql/source.ts';
import { column, Values } from '../sql/text.ts';

interface Question {
  readonly table: Table;
  readonly id: string;
  readonly right: Right;
  readonly rule: RowRule;
}

/** The rights a request needs on rows. Rows that everybody with the privilege may touch ask nothing of the database. */
export class Checks {
  readonly #access: Access;
  readonly #userId: string;
  readonly #questions: Question[] = [];

  constructor(access: Access, userId: string) {
    this.#access = access;
    this.#userId = userId;
  }

  /** Asks for a right on a row. Refuses privilegeMissing at once. */
  need(table: Table, id: string, right: Right): this {
    const rule = this.#access.rule(table, right);
    if (rule !== null) this.#questions.push({ table, id, right, rule });
    return this;
  }

  /** Asks for one of several rights on a row. Refuses privilegeMissing for the first when all are missing. */
  needOneOf(table: Table, id: string, ...rights: readonly [Right, ...Right[]]): this {
    const rules: RowRule[] = [];
    let missing: Refusal | null = null;
    for (const right of rights) {
      try {
        const rule = this.#access.rule(table, right);
        if (rule === null) return this;
        rules.push(rule);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        missing ??= error;
      }
    }
    if (rules.length === 0 && missing !== null) throw missing;
    this.#questions.push({ table, id, right: rights[0], rule: { kind: 'any', rules } });
    return this;
  }

  /** Refuses accessDenied for the first row that is there and may not be touched so. Rows that are not there are left to
   *  the work that follows. */
  async answer(reader: Pick<Reader, 'query'>): Promise<void> {
    const questions = this.#questions.splice(0);
    if (questions.length === 0) return;
    const values = new Values();
    const parts = questions.map(({ table, id, rule }, place) => {
      const key = `${column('r', table.primaryId)} = ${values.add('uuid', id)}`;
      // An empty column makes a rule unknown, which is no; a row that is not there gives null.
      const rows = (only: RowRule | null): string => `${sourceText(table, 'r', only, values)} where ${key}`;
      const allowed = isPointer(table)
        ? `exists (select 1 from ${rows(rule)})`
        : `coalesce(${ruleText(table, 'r', rule, values)}, false)`;
      return `(select ${allowed} from ${rows(null)}) as c${place}`;
    });
    const [row] = await reader.query({ text: `select ${parts.join(', ')}`, values: values.list });
    questions.forEach(({ table, id, right }, place) => {
      if (row?.[`c${place}`] === false) throw accessDenied(this.#userId, right, table, id);
    });
  }
}

/** The refusal of a right on a row that is there, in the product's words, without its details about the owner. */
export function accessDenied(userId: string, right: Right, table: Table, id: string): Refusal {
  return new Refusal('accessDenied', userId, accessName(right), id, table.logicalName);
}
