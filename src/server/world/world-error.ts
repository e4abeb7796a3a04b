import { exitCodes, StartError } from '../start-error.ts';

/** Something wrong in a file of a world, with the place where it stands. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A world that cannot be loaded: one line that names file, line, table and column of the first problem. */
export class WorldError extends StartError {
  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    const place = first === undefined ? '' : `${first.file}:${first.line}: ${first.text}`;
    const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(`The world cannot be loaded: ${place}${others}. Nothing was written.`, exitCodes.configuration);
  }
}
