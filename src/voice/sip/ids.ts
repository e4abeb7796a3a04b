import { randomBytes } from 'node:crypto';

/** A tag that no one can guess: whoever knows it may speak inside the dialog. Source: RFC 3261 §19.3. */
export const newTag = (): string => randomBytes(9).toString('hex');

/** A branch with the cookie of RFC 3261 §8.1.1.7. */
export const newBranch = (): string => `z9hG4bK${randomBytes(9).toString('hex')}`;

/** A Call-ID without our address in it. */
export const newCallId = (): string => randomBytes(16).toString('hex');
