import { Refusal } from '../../tables/index.ts';

/** The deepest nesting of parentheses, `not` and expands that is read. */
export const depthLimit = 100;

/** A cursor over one query option's text. All patterns given to it must be sticky (`/y`). */
export class Scanner {
  readonly text: string;
  position = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space and says whether the end is reached. */
  atEnd(): boolean {
    this.skip();
    return this.position >= this.text.length;
  }

  /** The next character after white space, without taking it; empty at the end. */
  peek(): string {
    this.skip();
    return this.text.charAt(this.position);
  }

  /** Takes what the sticky pattern matches here, or nothing. */
  match(pattern: RegExp): string | null {
    this.skip();
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.position = pattern.lastIndex;
    return found[0];
  }

  /** Takes the character if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position += 1;
    return true;
  }

  /** Takes the character or refuses. */
  expect(character: string): void {
    if (!this.take(character)) this.fail();
  }

  /** Runs `read` one level deeper. Refuses malformedQuery beyond the depth limit. */
  nested<R>(read: () => R): R {
    this.depth += 1;
    if (this.depth > depthLimit)
      throw new Refusal('malformedQuery', `The query is nested more than ${depthLimit} levels deep.`);
    const result = read();
    this.depth -= 1;
    return result;
  }

  /** Takes a string in single quotes; a doubled quote is a quote. Refuses unterminatedLiteral. */
  string(): string {
    const start = this.position;
    let value = '';
    for (let from = start + 1; ; ) {
      const end = this.text.indexOf("'", from);
      if (end < 0) throw new Refusal('unterminatedLiteral', this.text.length, this.text);
      value += this.text.slice(from, end);
      if (this.text.charAt(end + 1) !== "'") {
        this.position = end + 1;
        return value;
      }
      value += "'";
      from = end + 2;
    }
  }

  /** Refuses malformedQuery at the present position, or unterminatedLiteral when the quotes do not pair up: then that is
   *  what went wrong, wherever it was noticed. */
  fail(): never {
    if (this.text.split("'").length % 2 === 0)
      throw new Refusal('unterminatedLiteral', this.text.length, this.text);
    throw new Refusal('malformedQuery', `Syntax error at position ${this.position} in '${this.text}'.`);
  }

  private skip(): void {
    for (;;) {
      const character = this.text.charCodeAt(this.position);
      if (character !== 32 && character !== 9 && character !== 10 && character !== 13) return;
      this.position += 1;
    }
  }
}
