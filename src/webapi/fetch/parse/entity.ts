import { Refusal } from '../../../tables/index.ts';
import { Attributes, checkedAlias } from './attributes.ts';
import type {
  FetchAttribute,
  FetchCondition,
  FetchEntity,
  FetchFilter,
  FetchLink,
  FetchOrder,
  LinkType,
} from './tree.ts';
import type { XmlElement } from './xml.ts';

/** The most conditions and link-entities of a query together. Source: webapi.md §4. */
const conditionLimit = 500;

const joins: readonly string[] = ['inner', 'outer', 'exists', 'in', 'matchfirstrowusingcrossapply'];
const filterJoins: readonly string[] = ['any', 'not any', 'all', 'not all'];

/** What is counted while a query is read. */
export class Reading {
  private conditions = 0;
  private links = 0;

  /** Counts one more condition. Refuses tooManyConditions. */
  condition(): void {
    this.conditions += 1;
    if (this.conditions > conditionLimit) throw new Refusal('tooManyConditions');
  }

  /** The place of one more link-entity, from 1. Refuses tooManyConditions. */
  link(): number {
    this.condition();
    this.links += 1;
    return this.links;
  }
}

const invalidChild = (child: XmlElement, valid: string): never => {
  throw new Refusal(
    'fetchInvalid',
    `Invalid Child Node, valid nodes are ${valid}. NodeName = ${child.name.slice(0, 100)}`,
  );
};

/** Reads an `<entity>`. Refuses fetchInvalid, fetchInvalidValue, fetchInvalidLinkType, tooManyConditions. */
export function parseEntity(element: XmlElement, reading: Reading): FetchEntity {
  const attributes = new Attributes(element, ['enableprefiltering', 'prefilterparametername']);
  const name = attributes.required('name');
  attributes.end();
  return { name, ...parseContent(element, reading) };
}

function parseContent(element: XmlElement, reading: Reading): Omit<FetchEntity, 'name'> {
  const attributes: FetchAttribute[] = [];
  const orders: FetchOrder[] = [];
  const filters: FetchFilter[] = [];
  const links: FetchLink[] = [];
  let [all, none] = [false, false];
  for (const child of element.children) {
    if (child.name === 'attribute') attributes.push(parseAttribute(child));
    else if (child.name === 'order') orders.push(parseOrder(child));
    else if (child.name === 'filter') filters.push(parseFilter(child, reading));
    else if (child.name === 'link-entity') links.push(parseLink(child, reading, joins));
    else if (child.name === 'all-attributes') all = true;
    else if (child.name === 'no-attrs') none = true;
    else invalidChild(child, 'filter, order, link-entity, attribute, all-attributes, no-attrs');
  }
  return { all, none, attributes, orders, filters, links };
}

function parseLink(element: XmlElement, reading: Reading, allowed: readonly string[]): FetchLink {
  const position = reading.link();
  const attributes = new Attributes(element, ['intersect', 'visible']);
  const type = attributes.text('link-type')?.toLowerCase() ?? 'inner';
  if (!allowed.includes(type))
    throw new Refusal(
      'fetchInvalidLinkType',
      `The link-type '${type.slice(0, 100)}' is not valid here: use one of ${allowed.join(', ')}.`,
    );
  const link: FetchLink = {
    kind: 'link',
    name: attributes.required('name'),
    from: attributes.required('from'),
    to: attributes.required('to'),
    alias: checkedAlias(attributes.text('alias')),
    type: type as LinkType,
    position,
    ...parseContent(element, reading),
  };
  attributes.end();
  return link;
}

function parseAttribute(element: XmlElement): FetchAttribute {
  const attributes = new Attributes(element, ['build', 'addedby']);
  const attribute: FetchAttribute = {
    name: attributes.required('name'),
    alias: checkedAlias(attributes.text('alias')),
    aggregate: attributes.text('aggregate'),
    groupBy: attributes.flag('groupby'),
    dateGrouping: attributes.text('dategrouping'),
    distinct: attributes.flag('distinct'),
    userTimeZone: attributes.flag('usertimezone', true),
    rowAggregate: attributes.text('rowaggregate'),
  };
  attributes.end();
  return attribute;
}

function parseOrder(element: XmlElement): FetchOrder {
  const attributes = new Attributes(element);
  const order: FetchOrder = {
    attribute: attributes.text('attribute'),
    alias: attributes.text('alias'),
    entityName: attributes.text('entityname'),
    descending: attributes.flag('descending'),
  };
  attributes.end();
  if (order.attribute === null && order.alias === null)
    throw new Refusal('fetchInvalid', "<order> needs the attribute 'attribute' or 'alias'.");
  return order;
}

function parseFilter(element: XmlElement, reading: Reading): FetchFilter {
  const attributes = new Attributes(element, [
    'isquickfindfields',
    'overridequickfindrecordlimitenabled',
    'overridequickfindrecordlimitdisabled',
    'hint',
  ]);
  const type = attributes.text('type')?.toLowerCase() ?? 'and';
  attributes.end();
  if (type !== 'and' && type !== 'or')
    throw new Refusal('fetchInvalid', "The type of a <filter> is 'and' or 'or'.");
  const items = element.children.map((child) => {
    if (child.name === 'condition') return parseCondition(child, reading);
    if (child.name === 'filter') return parseFilter(child, reading);
    if (child.name === 'link-entity') return parseLink(child, reading, filterJoins);
    return invalidChild(child, 'filter, condition, link-entity');
  });
  return { kind: 'filter', type, items };
}

function parseCondition(element: XmlElement, reading: Reading): FetchCondition {
  reading.condition();
  const attributes = new Attributes(element, ['uiname', 'uitype', 'uihidden']);
  const value = attributes.raw('value');
  const children = element.children.map((child) => {
    if (child.name !== 'value') invalidChild(child, 'value');
    return child.text;
  });
  const condition: FetchCondition = {
    kind: 'condition',
    attribute: attributes.required('attribute'),
    operator: attributes.required('operator').toLowerCase(),
    entityName: attributes.text('entityname'),
    values: value === null ? children : [value, ...children],
    valueColumn: attributes.text('valueof'),
  };
  attributes.end();
  return condition;
}
