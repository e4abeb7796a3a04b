import { describe, expect, test } from 'vitest';
import { type PhoneState, phoneOff } from '../softphone/phone-state.ts';
import { callWords } from './call-words.ts';

const phone = (more: Partial<PhoneState>): PhoneState => ({ ...phoneOff, link: 'ready', ...more });

describe('the caller’s page says how the call stands (ui.md §7)', () => {
  test('before, while and after', () => {
    expect(callWords(phoneOff, 'nothing')).toBe('Ready to call');
    expect(callWords(phone({ link: 'signalling' }), 'calling')).toBe('Connecting your phone…');
    expect(callWords(phone({}), 'calling')).toBe('Dialling…');
    expect(callWords(phone({ call: { state: 'ringing' } }), 'nothing')).toBe('Ringing…');
    expect(callWords(phone({ call: { state: 'connected' } }), 'nothing')).toBe('Connected');
    expect(callWords(phone({ call: { state: 'ended', reason: 'Busy' } }), 'nothing')).toBe(
      'Call ended: Busy',
    );
    expect(callWords(phone({ call: { state: 'ended', reason: 'The caller hung up' } }), 'hungUp')).toBe(
      'You hung up',
    );
  });

  test('trouble is said, unless the call goes on all the same', () => {
    expect(callWords(phone({ problem: 'No microphone' }), 'calling')).toBe('No microphone');
    expect(callWords(phone({ link: 'lost', call: { state: 'connected' } }), 'nothing')).toMatch(
      /reconnecting/,
    );
    expect(callWords(phone({ problem: 'Not a key', call: { state: 'connected' } }), 'nothing')).toBe(
      'Connected',
    );
  });
});
