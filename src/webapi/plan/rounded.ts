/** A number with at most so many digits after the point, halves away from zero. By its decimal digits, not by its bits:
 *  1.005 becomes 1.01. A number without a fraction, and one too large or small to have such digits, stays as it is. */
export function rounded(value: number, places: number): number {
  if (Number.isInteger(value)) return value;
  const shifted = Math.round(Number(`${Math.abs(value)}e${places}`));
  // Numbers that print with an exponent of their own.
  if (!Number.isFinite(Number(`${shifted}e-${places}`)))
    return Math.abs(value) < 1 ? Number(value.toFixed(places)) : value;
  return Math.sign(value) * Number(`${shifted}e-${places}`);
}
