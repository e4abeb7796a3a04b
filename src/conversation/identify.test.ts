import { describe, expect, it } from 'vitest';
import { type Found, identify } from './identify.ts';
import { defaultSearches } from './identify-rule.ts';
import { mirror } from './mirror.ts';
import { drawOf } from './read/routing.ts';

const some = (table: 'account' | 'contact', count: number): Found => {
  const search = defaultSearches.find((one) => one.table === table);
  if (!search) throw new Error(`nothing is searched in ${table}`);
  const matches = Array.from({ length: count }, (_, n) => ({ id: `${table}${n}`, name: null }));
  return { search, asked: true, matches };
};

describe('who a number belongs to (behaviour.md §3.2, outcome matrix)', () => {
  it.each([
    [0, 0, null],
    [1, 0, 'contact0'],
    [1, 1, 'contact0'],
    [0, 1, 'account0'],
    [2, 0, null],
    [0, 2, null],
    [2, 1, 'account0'],
    [2, 2, null],
  ])('%i contacts and %i accounts link %s', (contacts, accounts, linked) => {
    const found = [some('account', accounts), some('contact', contacts)];
    expect(identify(found).customer?.id ?? null).toBe(linked);
  });

  it('two that each have one: the preferred counts (rules.md §9, isPreferred)', () => {
    const [contact, account] = [some('contact', 1), some('account', 1)];
    const prefers = (one: Found, preferred: boolean): Found => ({
      ...one,
      search: { ...one.search, preferred },
    });
    expect(identify([prefers(contact, false), prefers(account, true)]).customer?.id).toBe('account0');
  });
});

describe('the ongoing conversation (mission S3.3; behaviour.md §1.1)', () => {
  it.each([
    [1, 0, 1],
    [2, 1, 2],
    [4, 3, 4],
    [5, 4, 5],
  ] as const)('status %i is state %i, status %i', (status, state, reason) => {
    expect(mirror({ statuscode: status })).toEqual({
      statecode: state,
      statuscode: reason,
      msdyn_statecode: state,
      msdyn_statuscode: reason,
    });
  });

  it('takes over only what changed and only what it has, cut to its own lengths', () => {
    expect(
      mirror({ msdyn_queueitemid: 'x', msdyn_activeagentid: null, msdyn_title: 'a'.repeat(200) }),
    ).toEqual({
      msdyn_activeagentid: null,
      msdyn_title: 'a'.repeat(100),
    });
  });
});

describe('the draw of a percentage split', () => {
  it('is in [0, 1) and the same for the same conversation', () => {
    expect(drawOf('01a1fd17-8a53-7000-92e7-000000000000')).toBe(0);
    expect(drawOf('01a1fd17-8a53-7000-92e7-20b480000000')).toBe(0.5);
    expect(drawOf('01a1fd17-8a53-7000-92e7-20b4ffffffff')).toBeLessThan(1);
  });
});
