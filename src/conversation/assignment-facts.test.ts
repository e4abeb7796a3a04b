import { describe, expect, it } from 'vitest';
import { affinityOf, asideOf, leftAlone, maximumDecliners } from './assignment-facts.ts';
import { creation } from './choices.ts';
import type { WorkstreamFacts } from './situation.ts';

const workstream = (values: Partial<WorkstreamFacts>): WorkstreamFacts => values as WorkstreamFacts;
const push = workstream({ msdyn_workdistributionmode: 192350000 });

describe('what the engine hands out by itself', () => {
  it('not after a hundred people declined (behaviour.md §4.9)', () => {
    expect(leftAlone('leastActive', push, { decliners: maximumDecliners - 1 })).toBeNull();
    expect(leftAlone('leastActive', push, { decliners: maximumDecliners })).toContain('100 people declined');
  });

  it('not under No Assignment, an unknown strategy, or in a pick workstream (rules.md §6)', () => {
    expect(leftAlone('noAssignment', push, { decliners: 0 })).toContain('assigns nothing');
    expect(leftAlone(null, push, { decliners: 0 })).toContain('not known');
    const pick = workstream({ msdyn_workdistributionmode: 192350001 });
    expect(leftAlone('roundRobin', pick, { decliners: 0 })).toContain('picked');
  });
});

it('returning work goes back to its agent where the workstream keeps it with one (behaviour.md §4.10)', () => {
  const keeps = workstream({ msdyn_enableagentaffinity: true });
  expect(affinityOf(keeps, creation.customerRejoin, 'a')).toBe('a');
  expect(affinityOf(keeps, creation.default, 'a')).toBeNull();
  expect(affinityOf(workstream({}), creation.customerRejoin, 'a')).toBeNull();
});

it('a missed offer and a rejected one have presences of their own (behaviour.md §4.7)', () => {
  const [missed, rejected] = [
    { presence: 'm', base: 192360003 },
    { presence: 'r', base: 192360002 },
  ];
  const wants = { afterMissed: missed, afterRejected: rejected };
  expect(asideOf(wants, creation.agentInviteTimeout, push)).toBe(missed);
  expect(asideOf(wants, creation.agentInviteRejected, push)).toBe(rejected);
  expect(asideOf(wants, creation.agentDisconnected, push)).toBeNull();
  const away = workstream({ msdyn_allowedpresences: [192360000, 192360003] });
  expect(asideOf(wants, creation.agentInviteTimeout, away)).toBeNull();
  expect(asideOf(wants, creation.agentInviteRejected, away)).toBe(rejected);
});
