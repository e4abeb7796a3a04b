import { describe, expect, it } from 'vitest';
import { Remembered } from './remembered.ts';

function counting<T>(read: (userId: string) => Promise<T>) {
  const clock = { now: 1_000_000 };
  const asked: string[] = [];
  const book = new Remembered(
    (userId) => {
      asked.push(userId);
      return read(userId);
    },
    () => clock.now,
  );
  return { book, asked, clock };
}

describe('what is remembered of users', () => {
  it('is read once, until it is forgotten', async () => {
    const { book, asked } = counting(async (userId) => userId.toUpperCase());
    expect(await Promise.all([book.of('a'), book.of('a'), book.of('b')])).toEqual(['A', 'A', 'B']);
    expect(asked).toEqual(['a', 'b']);
    book.forget();
    await book.of('a');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('is read each time while a change of the request itself may not be committed', async () => {
    const { book, asked, clock } = counting(async () => 1);
    await book.of('a');
    book.doubt();
    await book.of('a');
    await book.of('a');
    clock.now += 10_000;
    await book.of('a');
    await book.of('a');
    expect(asked).toHaveLength(4);
  });

  it('is neither a failure nor nothing', async () => {
    const failing = counting(async () => {
      throw new Error('away');
    });
    await expect(failing.book.of('a')).rejects.toThrow('away');
    await expect(failing.book.of('a')).rejects.toThrow('away');
    expect(failing.asked).toHaveLength(2);
    const empty = counting(async () => null);
    await empty.book.of('a');
    await empty.book.of('a');
    expect(empty.asked).toHaveLength(2);
  });

  it('does not grow beyond its bound', async () => {
    const { book, asked } = counting(async (userId) => userId);
    for (let user = 0; user <= 2000; user += 1) await book.of(String(user));
    await book.of('2000');
    expect(asked).toHaveLength(2001);
    await book.of('0');
    expect(asked).toHaveLength(2002);
  });
});
