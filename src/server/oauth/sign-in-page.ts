/** The plain sign-in page of the built-in issuer: one link for each person of the world. No script. */
import { createHash } from 'node:crypto';
import type { Answer } from '../answer.ts';
import type { Person } from '../directory.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 12vh auto; max-width: 26rem; padding: 0 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .25rem }
p { margin: 0 0 1.5rem }
ul { list-style: none; margin: 0; padding: 0 }
a { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem 1rem; margin: 0 0 .5rem;
    border: 1px solid; border-radius: .4rem; text-decoration: none; color: inherit }
a:hover, a:focus-visible { outline: 3px solid #0f6cbd }
small { opacity: .75 }`;

const styleHash = createHash('sha256').update(style).digest('base64');

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

function page(status: number, title: string, content: string): Answer {
  return {
    status,
    headers,
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>
`,
  };
}

/** The page that lets one choose. `linkTo`: the address that goes on as this person. */
export function choosePersonPage(people: readonly Person[], linkTo: (person: Person) => string): Answer {
  const items = people.map(
    (person) =>
      `<li><a href="${escapeHtml(linkTo(person))}">${escapeHtml(person.displayName)} <small>${escapeHtml(person.signInName)}</small></a></li>`,
  );
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : '<p>This world has no people.</p>';
  return page(200, 'Sign in to Wirechief', `<p>Development sign-in: choose who to be.</p>${list}`);
}

/** A page that says why there is no sign-in here. */
export function refusalPage(status: number, message: string): Answer {
  return page(status, 'Sign-in is not possible', `<p>${escapeHtml(message)}</p>`);
}
