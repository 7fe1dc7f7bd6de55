import { cliReference } from './cliReference.js';
import { configurationReference } from './configurationReference.js';
import { iamReference } from './iamReference.js';
import { jsonReference } from './jsonReference.js';
import { limitsReference } from './limitsReference.js';
import { page, table } from './markdown.js';
import { catalogueReference, columnsReference, errorsReference, metersReference } from './modelReference.js';

/** Every generated page, by its name in docs/reference/. */
export async function allReferences(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map([
    ['catalogue.md', catalogueReference()],
    ['cli.md', await cliReference()],
    ['columns.md', columnsReference()],
    ['configuration.md', configurationReference()],
    ['errors.md', errorsReference()],
    ['iam.md', iamReference()],
    ['json.md', jsonReference()],
    ['limits.md', limitsReference()],
    ['meters.md', metersReference()],
  ]);
  const titles = [...pages].map(([name, text]) => [`[${name}](${name})`, text.split('\n')[0]?.slice(2) ?? '']);
  return pages.set('README.md', page('Reference', 'the code', table(['page', 'what'], titles)));
}
