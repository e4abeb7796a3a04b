import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequest } from './softphone-request.ts';

const say = (value: unknown) => parseRequest(JSON.stringify(value));

describe('parseRequest (tables/softphone.ts; bad input: bad JSON)', () => {
  it.each([
    { type: 'hello', role: 'agent', token: 't' },
    { type: 'hello', role: 'caller' },
    { type: 'answer', sdp: 'v=0' },
    { type: 'candidate', candidate: 'candidate:1', sdpMid: '0' },
    { type: 'candidate', candidate: 'candidate:1', sdpMid: null },
    { type: 'mute', muted: true },
    { type: 'key', digit: '#' },
    { type: 'dial', number: '+4570000001' },
    { type: 'dial', number: '+4570000001', from: '+4570123456' },
    { type: 'hangup' },
  ])('reads %j', (request) => {
    expect(say(request)).toEqual({ request });
  });

  it.each([
    [{ type: 'hello', role: 'agent' }, 'hello', 'token'],
    [{ type: 'hello', role: 'king' }, 'hello', 'agent or caller'],
    [{ type: 'hello', role: 'agent', token: 'x'.repeat(16_385) }, 'hello', 'token'],
    [{ type: 'key', digit: '12' }, 'key', 'one of'],
    [{ type: 'key', digit: 1 }, 'key', 'one of'],
    [{ type: 'mute' }, 'mute', 'true or false'],
    [{ type: 'dial', number: '+45', from: 45 }, 'dial', 'number'],
    [{ type: 'candidate', candidate: 'c', sdpMid: 3 }, 'candidate', 'sdpMid'],
    [{ type: 'answer', sdp: '' }, 'answer', 'sdp'],
    [{ type: 'sing' }, 'sing', 'not known'],
    [{ type: 'toString' }, 'toString', 'not known'],
    [{ role: 'agent' }, '', 'type'],
    [[], '', 'type'],
    [null, '', 'type'],
  ])('says what is wrong with %j', (value, named, words) => {
    const answer = say(value);
    expect(answer).toMatchObject({ named, wrong: expect.stringContaining(words) });
  });

  it('never throws, and lets through only what it was given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const answer = parseRequest(text);
        expect('request' in answer || answer.wrong.length > 0).toBe(true);
      }),
    );
  });
});
