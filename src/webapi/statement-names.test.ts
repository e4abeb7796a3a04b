import { describe, expect, it } from 'vitest';
import { StatementNames } from './read.ts';

describe('names of statements (data-and-http.md §2)', () => {
  const third = (text: string) => {
    const names = new StatementNames();
    return [1, 2, 3].map(() => names.named({ text, values: [] }).name).at(-1);
  };

  it('are given to what comes back', () => {
    expect(third('select 1')).toMatch(/^webapi_/);
    expect(third('select 1 from a where a."ownerid" = any ($1::uuid[]) and a.id = $2')).toMatch(/^webapi_/);
  });

  it('are not given to a list behind a rule of rights, which is planned for its values', () => {
    expect(third('select 1 from a where a."ownerid" = any ($1::uuid[]) order by a.id limit 50')).toBe(
      undefined,
    );
  });
});
