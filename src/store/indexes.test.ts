import { expect, it } from 'vitest';
import { tables } from '../tables/index.ts';
import { indexesOf } from './indexes.ts';

const bodies = (name: string): string[] => {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return indexesOf(table).map(({ sql }) => sql.replace(/^create (unique )?index \S+ on \S+ /, ''));
};

it('finds the open presence of a person without their past ones', () => {
  expect(bodies('msdyn_agentstatushistory')).toContain('("msdyn_agentid") where "msdyn_endtime" is null');
});

it('finds the customers and cases of an owner and of a business unit', () => {
  for (const table of ['account', 'contact', 'incident'])
    expect(bodies(table)).toEqual(expect.arrayContaining(['("ownerid")', '("owningbusinessunit")']));
});

it('gives every index its own name, which says what it holds', () => {
  const names = [...tables.values()].flatMap((table) => indexesOf(table).map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
});
