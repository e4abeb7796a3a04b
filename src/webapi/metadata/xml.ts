const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 has no way to write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are meant
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as the value of an XML attribute. */
export const attribute = (text: string): string =>
  text.replace(unwritable, '').replace(/[&<>"]/g, (found) => escapes[found] ?? found);

/** A description as the CSDL carries it. */
export const description = (text: string): string =>
  `<Annotation Term="Org.OData.Core.V1.Description" String="${attribute(text)}" />`;
