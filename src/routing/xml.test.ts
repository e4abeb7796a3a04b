import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml, type XmlElement, XmlError } from './xml.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function write(element: XmlElement): string {
  const attributes = Object.entries(element.attributes).map(
    ([name, value]) => ` ${name}="${escaped(value)}"`,
  );
  return `<${element.name}${attributes.join('')}>${escaped(element.text)}${element.children.map(write).join('')}</${element.name}>`;
}

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);
const text = fc.stringMatching(/^[ -~æøåÆØÅ]{0,20}$/);
const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.record({
    name,
    attributes: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
    children: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('element'), { maxLength: 3 })),
    text,
  }),
}));

describe('XML of rule sets (rules.md §4.1)', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(element, (tree) => {
        expect(readXml(write(tree))).toEqual(tree);
      }),
    );
  });

  it('reads a declaration, comments, CDATA, a raw > in an attribute, and both line ends', () => {
    const document =
      '<?xml version="1.0" encoding="utf-8"?>\r\n<!-- a --><a op=">=" p=\'&gt;&#65;&#x42;\'><!-- b -->x<![CDATA[<y>]]>&amp;<b/>\n</a>\n';
    expect(readXml(document)).toEqual({
      name: 'a',
      attributes: { op: '>=', p: '>AB' },
      children: [{ name: 'b', attributes: {}, children: [], text: '' }],
      text: 'x<y>&\n',
    });
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'document types'],
    ['<a>&nbsp;</a>', 'entity &nbsp;'],
    ['<a>&amp</a>', 'entity'],
    ['<a>&#0;</a>', 'entity'],
    ['<a>&#xD800;</a>', 'entity'],
    ['<a><b></a></b>', '</b> expected'],
    ['<a x="1" x="2"/>', 'given twice'],
    ['<a x=1/>', 'quoted value'],
    ['<a x="<"/>', "'<' in the value"],
    ['<a x="1"y="2"/>', 'white space'],
    ['<a>', 'not closed'],
    ['<a/><b/>', 'after the root'],
    ['<a/>x', 'after the root'],
    ['', "'<' expected"],
    ['<a><?php ?></a>', 'processing instructions'],
    ['<a><!-- </a>', 'does not end'],
    [`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 'deeper than 64'],
    [`<a>${' '.repeat(1_048_576)}</a>`, 'longer than'],
  ])('refuses %.40s', (document, message) => {
    expect(() => readXml(document)).toThrow(XmlError);
    expect(() => readXml(document)).toThrow(message);
  });

  it('never fails in any other way, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'a', '"', '=', '&', ';', '!', '-', ' ', '?', ']', '[')),
        (parts) => {
          try {
            readXml(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(XmlError);
          }
        },
      ),
    );
  });
});
