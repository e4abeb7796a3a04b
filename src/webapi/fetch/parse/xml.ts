import { SaxesParser } from 'saxes';
import { Refusal } from '../../../tables/index.ts';

/** An XML element: attributes by name, text of its own without that of its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** The bounds of a document that is read: characters, elements, attributes of one element, depth. */
const limits = { characters: 200_000, elements: 5000, attributes: 40, depth: 60 } as const;

const refuse = (why: string): never => {
  throw new Refusal('fetchInvalid', `Invalid XML. ${why}`);
};

const tooMuch = (what: string, limit: number): never => refuse(`A query has at most ${limit} ${what}.`);

/** Reads an XML document as a tree. Document type declarations are refused, so that no entity is ever defined or
 *  expanded, and so is what is beyond the bounds, while reading. Refuses fetchInvalid. Source: webapi.md §9. */
export function parseXml(text: string): XmlElement {
  if (text.length > limits.characters) tooMuch('characters', limits.characters);
  const parser = new SaxesParser({ xmlns: false, fragment: false });
  const open: XmlElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  let attributes = 0;
  parser.on('error', (error) => refuse(error.message));
  parser.on('doctype', () => refuse('A document type declaration is not allowed.'));
  parser.on('processinginstruction', () => refuse('A processing instruction is not allowed.'));
  parser.on('opentagstart', () => {
    attributes = 0;
    elements += 1;
    if (elements > limits.elements) tooMuch('elements', limits.elements);
    if (open.length >= limits.depth) tooMuch('levels of elements', limits.depth);
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) tooMuch('attributes in one element', limits.attributes);
  });
  parser.on('opentag', (tag) => {
    const own = new Map(Object.entries(tag.attributes));
    const element: XmlElement = { name: tag.name, attributes: own, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  for (const event of ['text', 'cdata'] as const)
    parser.on(event, (content) => {
      const element = open.at(-1);
      if (element) element.text += content;
    });
  parser.write(text).close();
  return root ?? refuse('The document is empty.');
}
