/** Changes a request in small ways that clients, proxies and attackers would. */
import { type Sample, samples } from './corpus.ts';
import type { Random } from './random.ts';

const fragments: readonly string[] = [
  ...[
    "'",
    '"',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ';',
    ':',
    '/',
    '\\',
    '?',
    '&',
    '=',
    '$',
    '@',
    '%',
    '<',
    '>',
  ],
  ...['%00', '%27', '%25', '%2B', '%E2%82', '%ff', '\u0000', '\uD800', '\u{1F4DE}', '\r\n', '\t', '--', '/*'],
  ...[
    ' eq ',
    ' and ',
    ' or ',
    'not ',
    'null',
    'true',
    '-1',
    '0',
    '1e309',
    '99999999999999999999',
    '0.1',
    'NaN',
  ],
  ...[
    '2026-02-30',
    '0000-01-01',
    '9999-12-31T23:59:59Z',
    '2026-01-05T10:00:00+14:00',
    "''",
    '()',
    '[]',
    '{}',
  ],
  ...[
    '$select=',
    '$filter=',
    '$expand=',
    '$apply=',
    '$count=true',
    '$top=0',
    '$skip=1',
    '$skiptoken=',
    '$ref',
  ],
  ...[
    'any(x:',
    'all(',
    '/$value',
    '/$count',
    '$1',
    '@p1',
    "'; drop table contact --",
    "' or 1=1",
    '$$',
    '$1::text',
  ],
  ...[
    'Microsoft.Dynamics.CRM.',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '@odata.bind',
    '@odata.type',
  ],
  ...['<!DOCTYPE a [<!ENTITY b "c">]>', '&b;', '<![CDATA[', ']]>', '<?xml?>', "alias='a'", "link-type='any'"],
];

/** Words that may stand for each other: many a trade gives another request that is right. */
const kinds: readonly (readonly string[])[] = [
  [
    'lastname',
    'fullname',
    'createdon',
    'annualincome',
    'statecode',
    'gendercode',
    'birthdate',
    'description',
  ],
  ['_parentcustomerid_value', '_ownerid_value', 'contactid', 'accountid', 'versionnumber', 'donotphone'],
  ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  ['and', 'or'],
  ['contains', 'startswith', 'endswith'],
  ['sum', 'average', 'min', 'max', 'countdistinct', 'count', 'countcolumn', 'avg'],
  ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'],
  ['inner', 'outer', 'exists', 'any', 'not any', 'all', 'not all', 'matchfirstrowusingcrossapply'],
  [
    'like',
    'not-like',
    'eq',
    'ne',
    'begins-with',
    'ends-with',
    'null',
    'not-null',
    'in',
    'not-in',
    'gt',
    'today',
  ],
  ['last-x-days', 'next-x-months', 'olderthan-x-years', 'on', 'on-or-after', 'this-week', 'in-fiscal-period'],
  [
    'LastXDays',
    'NextXHours',
    'On',
    'Today',
    'ThisFiscalYear',
    'EqualUserId',
    'Under',
    'NotUnder',
    'In',
    'Between',
  ],
  ['any', 'all'],
  ['asc', 'desc'],
  ['true', 'false'],
  [
    'contacts',
    'accounts',
    'tasks',
    'msdyn_ocliveworkitems',
    'msdyn_ocsessions',
    'systemusers',
    'activitypointers',
  ],
  ['primarycontactid', 'parentcustomerid_account', 'createdby', 'ownerid', 'owningbusinessunit'],
  ['POST', 'PATCH', 'DELETE', 'PUT', 'GET'],
];
const partners = new Map<string, readonly string[]>();
for (const kind of kinds)
  for (const word of kind) partners.set(word, [...(partners.get(word) ?? []), ...kind]);

const copiesAtMost = 300;

/** Another request, made from one of the samples by one to four changes; every second time by trades only. */
export function mutant(random: Random): Sample {
  let sample = random.pick(samples);
  const trades = random.below(2) === 0;
  for (let changes = 1 + random.below(trades ? 4 : 3); changes > 0; changes -= 1)
    sample = change(sample, random, trades ? traded : changedText);
  return sample;
}

/** The text with one of its known words, or one of its numbers, replaced by another of its kind. */
function traded(text: string, random: Random): string {
  const words = [...text.matchAll(/[A-Za-z_][\w-]*|\d+/g)].filter(
    ([word]) => partners.has(word) || /^\d{1,3}$/.test(word),
  );
  if (words.length === 0) return text;
  const { 0: word, index } = random.pick(words);
  const other = random.pick(partners.get(word) ?? ['0', '1', '2', '7', '50', '400', '5000', '100000']);
  return text.slice(0, index) + other + text.slice(index + word.length);
}

function change(
  sample: Sample,
  random: Random,
  changeText: (text: string, random: Random) => string,
): Sample {
  const what = random.below(40);
  if (what === 0)
    return { ...sample, method: random.pick(['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD']) };
  if (what === 1) return { ...sample, headers: changedHeaders(sample.headers, random) };
  if (sample.body !== null && what < 30) return { ...sample, body: changeText(sample.body, random) };
  const path = sample.path;
  const at = path.indexOf('fetchXml=') + 9;
  // An encoded document is changed inside, else nearly every change would only break the encoding.
  if (at > 8 && what < 36) {
    const xml = changeText(decoded(path.slice(at)), random);
    return { ...sample, path: path.slice(0, at) + encodeURIComponent(xml.replace(/[\uD800-\uDFFF]/g, '?')) };
  }
  return { ...sample, path: changeText(path, random) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function changedHeaders(headers: Sample['headers'], random: Random): Sample['headers'] {
  const name = random.pick([
    ...['prefer', 'if-match', 'if-none-match', 'content-type', 'accept', 'odata-version', 'odata-maxversion'],
    ...['mscrmcallerid', 'callerobjectid', 'mscrm.suppressduplicatedetection', 'x-ms-transfer-mode', 'range'],
  ]);
  const value = random.pick([
    ...['*', 'null', 'W/"918273"', 'feedface-0000-4000-8000-000000000001', 'return=representation', 'false'],
    ...[
      'odata.maxpagesize=918273',
      'odata.include-annotations="*"',
      'odata.track-changes',
      'text/plain',
      'chunked',
    ],
    ...['application/json; charset=utf-16', 'multipart/mixed', 'bytes=0-', ...fragments],
  ]);
  return { ...headers, [name]: value };
}

function changedText(text: string, random: Random): string {
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + 1 + random.below(12));
  const [before, cut, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (random.below(7)) {
    case 0:
      return before + after;
    case 1:
      return before + random.pick(fragments) + cut + after;
    case 2:
      return before + random.pick(fragments) + after;
    case 3:
      return before + cut.repeat(1 + random.below(copiesAtMost)) + after;
    case 4:
      return before + String.fromCharCode(random.below(0x3000)) + after;
    case 5: {
      const other = random.pick(samples);
      const donor = other.body ?? other.path;
      const start = random.below(donor.length);
      return before + donor.slice(start, start + random.below(60)) + after;
    }
    default:
      return (
        before +
        after
          .split(/(?<=[&,;/ ])/)
          .reverse()
          .join('') +
        cut
      );
  }
}
