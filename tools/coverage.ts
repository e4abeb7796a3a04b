/** npm run coverage: writes docs/coverage.md and the list of gaps anew. */
import { writeFileSync } from 'node:fs';
import { coveragePage, gapsFile, gapsPath, pagePath } from './coverage-page.ts';

writeFileSync(gapsPath, gapsFile());
writeFileSync(pagePath, coveragePage());
