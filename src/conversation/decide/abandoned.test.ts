import { describe, expect, it } from 'vitest';
import type { Kind } from '../channels.ts';
import { type EndedBy, isAbandoned } from './abandoned.ts';

describe('who ended it, and where it stood (behaviour.md §1.7)', () => {
  const bot = 'bot';
  /** Whether the workstream has a bot, whether a human is waited for, and what each cause makes of it. */
  const rows: readonly [string, boolean, boolean, Record<EndedBy, boolean>][] = [
    [
      'without a bot',
      false,
      true,
      { customer: true, supervisor: true, overflow: true, system: true, other: false },
    ],
    [
      'after the bot',
      true,
      true,
      { customer: true, supervisor: true, overflow: true, system: false, other: false },
    ],
    [
      'in the bot',
      true,
      false,
      { customer: false, supervisor: false, overflow: true, system: false, other: false },
    ],
  ];
  const ended = (hasBot: boolean, waits: boolean, more: object = {}, kind: Kind = 'voice') =>
    ({
      kind,
      conversation: { statuscode: 1, msdyn_isoutbound: false, msdyn_isagentaccepted: false, ...more },
      workstream: { msdyn_bot_user: hasBot ? bot : null },
      session: {},
      participant: waits ? null : { msdyn_agentid: bot },
    }) as unknown as Parameters<typeof isAbandoned>[0];

  it.each(rows)('%s', (_, hasBot, waits, expected) => {
    for (const [by, counts] of Object.entries(expected) as [EndedBy, boolean][]) {
      expect([by, isAbandoned(ended(hasBot, waits), by)]).toEqual([by, counts]);
      expect(isAbandoned(ended(hasBot, waits, { msdyn_isoutbound: true }), by)).toBe(false);
      expect(isAbandoned(ended(hasBot, waits, { msdyn_isagentaccepted: true }), by)).toBe(false);
      expect(isAbandoned(ended(hasBot, waits, {}, 'record'), by)).toBe(false);
    }
  });

  it('before any bot could be assigned, everything counts', () => {
    expect(isAbandoned({ ...ended(true, true), session: null }, 'system')).toBe(true);
  });
});
