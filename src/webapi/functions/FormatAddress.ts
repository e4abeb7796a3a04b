import type { Perform } from '../operation.ts';

/** An address in lines, as the composite address columns hold it: street; city, state and postal code; country. The order
 *  is the one of the organization's default format, the same for every country.
 *  Shape: {Line1, City, StateOrProvince, PostalCode, Country: texts} → {Address}. Source: webapi.md §11. */
export const FormatAddress: Perform = async ({ parameters }) => {
  const part = (name: string): string => parameters.text(name)?.trim() ?? '';
  const region = [part('StateOrProvince'), part('PostalCode')].filter(Boolean).join(' ');
  const place = [part('City'), region].filter(Boolean).join(', ');
  return { Address: [part('Line1'), place, part('Country')].filter(Boolean).join('\r\n') };
};
