import { Refusal } from '../../../tables/index.ts';
import { Attributes } from './attributes.ts';
import { parseEntity, Reading } from './entity.ts';
import type { Fetch } from './tree.ts';
import { parseXml } from './xml.ts';

/** Attributes of `<fetch>` that change nothing here: hints to another database, and what tools leave behind. */
const ignored: readonly string[] = [
  'no-lock',
  'latematerialize',
  'options',
  'version',
  'mapping',
  'output-format',
  'savedqueryid',
  'min-active-row-version',
  'utc-offset',
];

/** Reads a FetchXML query. Strict: an element or attribute nobody knows is refused, never dropped.
 *  Refuses fetchInvalid, fetchInvalidValue, fetchInvalidLinkType, tooManyConditions, notImplemented.
 *  Source: webapi.md §9. */
export function parseFetch(text: string): Fetch {
  const root = parseXml(text);
  if (root.name !== 'fetch')
    throw new Refusal('fetchInvalid', `The root of a query is <fetch>; <${root.name}> was found.`);
  const attributes = new Attributes(root, ignored);
  const [entity, ...more] = root.children;
  if (entity?.name !== 'entity' || more.length > 0)
    throw new Refusal('fetchInvalid', '<fetch> holds one <entity> and nothing else.');
  if ((attributes.text('datasource') ?? 'live') !== 'live')
    throw new Refusal('notImplemented', "Retained rows (datasource='retained') are not implemented.");
  const fetch: Fetch = {
    top: attributes.number('top'),
    count: attributes.number('count'),
    page: attributes.number('page'),
    pagingCookie: attributes.text('paging-cookie'),
    distinct: attributes.flag('distinct'),
    aggregate: attributes.flag('aggregate'),
    aggregateLimit: attributes.number('aggregatelimit'),
    returnTotalRecordCount: attributes.flag('returntotalrecordcount'),
    rawOrder: attributes.flag('useraworderby'),
    entity: parseEntity(entity, new Reading()),
  };
  attributes.end();
  refuseClashes(fetch);
  return fetch;
}

/** `top` neither pages nor counts. Source: webapi.md §9, Paging; published "Count rows using FetchXml". */
function refuseClashes({ top, count, page, returnTotalRecordCount }: Fetch): void {
  if (top === null) return;
  if (top > 5000) throw new Refusal('fetchInvalidValue', "The value of 'top' cannot exceed 5000.");
  const [other] = [
    ...(page === null ? [] : ['page']),
    ...(count === null ? [] : ['count']),
    ...(returnTotalRecordCount ? ['returntotalrecordcount'] : []),
  ];
  if (other !== undefined)
    throw new Refusal('fetchInvalidValue', `The 'top' attribute can't be specified with '${other}'.`);
}
