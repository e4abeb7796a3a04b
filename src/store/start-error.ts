/** The store cannot be opened for a reason that a person can mend: the message is one line that says what is wrong and
 *  what to do. Whoever starts the program prints the message alone, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
