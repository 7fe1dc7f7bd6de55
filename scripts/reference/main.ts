import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allReferences } from './allReferences.js';

/** `npm run docs:reference`: writes docs/reference/ anew. Run from the root of the repository. */
const FOLDER = 'docs/reference';
const pages = await allReferences();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of pages) writeFileSync(join(FOLDER, name), text);
console.log(`wrote ${pages.size} pages to ${FOLDER}`);
