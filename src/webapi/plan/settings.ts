/** What the caller's personal settings and the organization's say about dates, languages and fiscal years. */

/** How the organization's fiscal year is cut. `start`: its first day. `periodMonths`: the length of a period, null where
 *  periods are four weeks long: thirteen a year, the last of which takes the days that are left. `namedByEnd`: the year
 *  bears the number of the calendar year it ends in.
 *  Source: organization.fiscalcalendarstart, fiscalperiodtype, fiscalyeardisplaycode. */
export interface FiscalCalendar {
  readonly start: { readonly month: number; readonly day: number };
  readonly periodMonths: number | null;
  readonly namedByEnd: boolean;
}

/** How many periods of four weeks a fiscal year has. */
export const fourWeekPeriods = 13;

/** The settings a read depends on. `zone`: an IANA time zone. `dateFormat`, `timeFormat`: as the product keeps them,
 *  with the separators put in (`M/d/yyyy`, `h:mm tt`). `language`: the LCID of the user's language.
 *  `firstDayOfWeek`: 0 for Sunday. */
export interface Settings {
  readonly zone: string;
  readonly dateFormat: string;
  readonly timeFormat: string;
  readonly language: number;
  readonly firstDayOfWeek: number;
  readonly fiscal: FiscalCalendar;
}

/** The settings of somebody who chose none: UTC, English, weeks from Sunday, fiscal years from January in quarters. */
export const defaultSettings: Settings = {
  zone: 'UTC',
  dateFormat: 'M/d/yyyy',
  timeFormat: 'h:mm tt',
  language: 1033,
  firstDayOfWeek: 0,
  fiscal: { start: { month: 1, day: 1 }, periodMonths: 3, namedByEnd: false },
};
