import { describe, expect, test } from 'vitest';
import { readConversation, status } from '../conversation/rows.ts';
import { panelState } from './panel-state.ts';

const row = (code: number, reason?: number) =>
  readConversation({ activityid: 'c', statuscode: code, msdyn_statuschangereason: reason });
const call = (state: 'idle' | 'ringing' | 'connected' | 'held' | 'ended', conversation = 'c') => ({
  state,
  conversation,
});

describe('communication panel (behaviour.md §1.1)', () => {
  test('taken, talking, held, ended, wrap-up, closed', () => {
    const active = row(status.active, 192350003);
    expect(panelState(active, { state: 'idle' })).toBe('connecting');
    expect(panelState(active, call('connected'))).toBe('talking');
    expect(panelState(active, call('held'))).toBe('held');
    expect(panelState(active, call('ended'))).toBe('ending');
    expect(panelState(row(status.wrapUp), call('ended'))).toBe('wrapUp');
    expect(panelState(row(status.closed), { state: 'idle' })).toBe('closed');
  });

  test('another conversation’s call is none of this panel’s business', () => {
    expect(panelState(row(status.active), call('connected', 'other'))).toBe('connecting');
    expect(panelState(row(status.wrapUp), call('connected', 'other'))).toBe('wrapUp');
  });

  test('open, or active but still ringing, is waiting', () => {
    expect(panelState(row(status.open), { state: 'idle' })).toBe('waiting');
    expect(panelState(row(status.active, 192350002), call('ringing'))).toBe('waiting');
  });
});
