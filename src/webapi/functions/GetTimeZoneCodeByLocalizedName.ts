import { Refusal } from '../../tables/index.ts';
import { timeZones } from '../../tables/time-zones.ts';
import type { Perform } from '../operation.ts';

const english = 1033;

/** The code of a time zone by its standard name. Only the English names are known.
 *  Shape: {LocalizedStandardName, LocaleId} → {TimeZoneCode}. Refuses invalidArgument for an unknown name, notImplemented
 *  for another language. Source: webapi.md §11; published Web API reference. */
export const GetTimeZoneCodeByLocalizedName: Perform = async ({ parameters }) => {
  const name = parameters.text('LocalizedStandardName')?.trim().toLowerCase();
  const locale = parameters.number('LocaleId');
  if (locale !== english)
    throw new Refusal(
      'notImplemented',
      `Names of time zones in the language ${locale} are not implemented; ask with LocaleId=${english}.`,
    );
  const found = timeZones.find((zone) => zone.name.toLowerCase() === name);
  if (!found)
    throw new Refusal(
      'invalidArgument',
      "There is no time zone of this name: give a standard name such as 'W. Europe Standard Time'.",
    );
  return { TimeZoneCode: found.code };
};
