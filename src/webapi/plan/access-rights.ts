import type { Right } from './asker.ts';

/** The bits of the enumeration AccessRights. Source: published Web API reference, AccessRights EnumType. */
export const accessBits: { readonly [R in Right]: number } = {
  read: 1,
  write: 2,
  append: 4,
  appendTo: 16,
  create: 32,
  delete: 65_536,
  share: 262_144,
  assign: 524_288,
};

/** Every right, in the order of its bit. */
export const rights: readonly Right[] = [
  'read',
  'write',
  'append',
  'appendTo',
  'create',
  'delete',
  'share',
  'assign',
];

/** A right as the wire names it. */
export const accessName = (right: Right): string =>
  `${right.slice(0, 1).toUpperCase()}${right.slice(1)}Access`;

/** A mask as the wire writes it: the names in the order of their bits, `None` for nothing. */
export function maskNames(mask: number): string {
  const names = rights.filter((right) => (mask & accessBits[right]) !== 0).map(accessName);
  return names.length > 0 ? names.join(', ') : 'None';
}

/** The mask behind `ReadAccess, WriteAccess`, or null when a name is unknown. */
export function maskOf(text: string): number | null {
  let mask = 0;
  for (const name of text.split(',').map((part) => part.trim())) {
    const right = rights.find((one) => accessName(one) === name);
    if (!right && name !== 'None') return null;
    if (right) mask |= accessBits[right];
  }
  return mask;
}
