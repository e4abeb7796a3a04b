import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnsLeftOut, manyToMany, Refusal, refusals, tables, tablesBySet } from './index.ts';
import * as platform from './platform/index.ts';

const all = [...tables.values()];

describe('the tables as data', () => {
  it('are 158 of the generated reference, those of platform and four of ours, each under its own set', () => {
    expect(all).toHaveLength(158 + Object.keys(platform).length + 4);
    expect(tablesBySet.size).toBe(all.length);
  });

  it.each(all.map((table) => [table.logicalName, table] as const))('%s holds together', (_, table) => {
    expect(table.columns[table.primaryId]?.type).toBe('Uniqueidentifier');
    if (table.primaryName !== null) expect(table.columns[table.primaryName]).toBeDefined();
    for (const { column, target } of table.relationships) {
      // The key of a user's settings is the user's own.
      const types = [
        'Lookup',
        'Owner',
        'Customer',
        ...(column === table.primaryId ? ['Uniqueidentifier'] : []),
      ];
      expect(types).toContain(table.columns[column]?.type);
      expect(tables.has(target)).toBe(true);
    }
    const navigations = table.relationships.map(({ navigation }) => navigation);
    expect(new Set(navigations).size).toBe(navigations.length);
    const states = table.columns.statecode?.options?.map(({ value }) => value) ?? [];
    for (const { state, value } of table.columns.statuscode?.options ?? []) {
      expect([table.logicalName, value, states.includes(state ?? -1)]).toEqual([
        table.logicalName,
        value,
        true,
      ]);
    }
    for (const { defaultStatus, value } of table.columns.statecode?.options ?? []) {
      // A deprecated state may have no status left; nothing can enter it.
      if (defaultStatus === undefined) continue;
      const status = table.columns.statuscode?.options?.find((option) => option.value === defaultStatus);
      expect(status?.state).toBe(value);
    }
  });

  it('never have two collections of one name on one table', () => {
    const collections = all.flatMap(({ relationships }) =>
      relationships.map(({ target, collection }) => `${target}.${collection}`),
    );
    expect(new Set(collections).size).toBe(collections.length);
  });

  it('tie many-to-many ends to columns of their intersect table', () => {
    for (const { intersect, ends } of manyToMany) {
      for (const { table, column } of ends) {
        expect(tables.get(intersect)?.columns[column]).toBeDefined();
        expect(tables.has(table)).toBe(true);
      }
    }
  });

  it('leave out what has no known type, and docs/coverage.md says so', () => {
    const coverage = readFileSync(join(import.meta.dirname, '../../docs/coverage.md'), 'utf8');
    expect(columnsLeftOut).toHaveLength(70);
    for (const name of columnsLeftOut) {
      const [table = '', column = ''] = name.split('.');
      expect(tables.get(table)?.columns[column]).toBeUndefined();
      expect(coverage.split('\n').find((line) => line.startsWith(`| ${table} |`))).toContain(column);
    }
  });
});

describe('the conversation and its kin (mission S1.1, S3.1)', () => {
  it('has its channels, one more than the article lists, and its five status reasons', () => {
    const conversation = tables.get('msdyn_ocliveworkitem');
    expect(conversation?.columns.msdyn_channel?.options).toHaveLength(17);
    const reasons = conversation?.columns.statuscode?.options?.map(({ value }) => value) ?? [];
    expect(reasons).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });

  it('the ongoing conversation has 59 columns', () => {
    expect(Object.keys(tables.get('msdyn_liveconversation')?.columns ?? {})).toHaveLength(59);
  });
});

describe('refusals', () => {
  it('fill their message and carry status and code of the catalogue', () => {
    const refusal = new Refusal('recordNotFound', 'contact', '7c52b0a4-0f6e-4d0e-b1c3-58e6f92aa9d1');
    expect(refusal.message).toBe(
      "Entity 'contact' With Id = 7c52b0a4-0f6e-4d0e-b1c3-58e6f92aa9d1 Does Not Exist",
    );
    expect([refusal.status, refusal.code]).toEqual([404, '0x80040217']);
  });

  it('have a status of HTTP and a code of Dataverse', () => {
    for (const { status, code } of Object.values(refusals)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(code).toMatch(/^$|^0x[0-9a-fA-F]{1,8}$/);
    }
  });
});
