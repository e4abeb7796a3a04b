/** A reason not to start that the person at the keyboard can act on: printed as one line, without a stack.
 *  `message` says what is wrong and what to do. The process ends with `exitCode` (sysexits(3): 78 configuration,
 *  69 something needed is not available, 73 cannot create). */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Exit codes of StartError. */
export const exitCodes = { configuration: 78, unavailable: 69, cannotCreate: 73 } as const;

/** A setting that is wrong: its name, what it is, what would be right. */
export function wrong(name: string, value: string, right: string): StartError {
  return new StartError(`${name} is "${value}": it must be ${right}.`, exitCodes.configuration);
}
