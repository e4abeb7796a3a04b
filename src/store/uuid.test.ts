import { describe, expect, it, vi } from 'vitest';
import { isGuid, newGuid } from './uuid.ts';

describe('newGuid (RFC 9562 §5.7)', () => {
  it('carries the time, the version and the variant', () => {
    const before = Date.now();
    const id = newGuid();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    // A run of more than 4096 within a millisecond borrows from the next.
    expect(time).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('rises within a millisecond, past the end of its counter, and when the clock is set back', () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1_000);
    const ids = Array.from({ length: 10_000 }, newGuid);
    clock.mockReturnValue(Date.now() - 60_000);
    ids.push(...Array.from({ length: 5_000 }, newGuid));
    clock.mockRestore();
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isGuid', () => {
  it('takes lower case with hyphens only', () => {
    expect(isGuid('f523f628-c07a-e811-8162-000d3aa11f50')).toBe(true);
    for (const other of [
      'F523F628-C07A-E811-8162-000D3AA11F50',
      '{f523f628-c07a-e811-8162-000d3aa11f50}',
      '',
      7,
    ]) {
      expect(isGuid(other)).toBe(false);
    }
  });
});
