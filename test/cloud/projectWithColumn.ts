import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';

/** The column that the copy has more: every line has it, and what it has to be can be told from the line. */
export const NEW_COLUMN = 'text_lines';

/** The change, as docs/deploy-aws.md has it: in each file a text that stands there once, and what stands there instead. */
const CHANGE: Readonly<Record<string, readonly (readonly [was: RegExp, is: string])[]>> = {
  'model/tables/eventColumns.ts': [
    [
      /(\n {2}\{ name: 'problems', .*\},\n)/,
      `$1  { name: '${NEW_COLUMN}', type: 'integer', description: "lines of the application's text" },\n`,
    ],
    [/export const EVENT_SCHEMA_VERSION = 1;/, 'export const EVENT_SCHEMA_VERSION = 2;'],
  ],
  'model/event/Event.ts': [[/(\n {2}problems: .*,\n)(?=\}\);)/, `$1  ${NEW_COLUMN}: z.int().positive().nullable(),\n`]],
  'transforms/normaliseLine.ts': [
    [/(\n {4}schema_version: EVENT_SCHEMA_VERSION,\n)/, `$1    ${NEW_COLUMN}: text.split('\\n').length,\n`],
  ],
  'transforms/serialiseEvent.ts': [
    [
      /(\n {2}out \+= `,"log_bytes":)/,
      `\n  if (event.${NEW_COLUMN} !== null) out += \`,"${NEW_COLUMN}":\${event.${NEW_COLUMN}}\`;$1`,
    ],
  ],
};

/** What of the project an app is synthesised and bundled from. */
const NOT_COPIED = new Set(['node_modules', 'test', 'docs', 'examples', 'bench', 'dist', 'cdk.out']);

/**
 * Copies the project into a new folder, with one column more in the event table, compiled as far as it changed: a checkout in which somebody made that
 * change, for the CDK to deploy. Throws where the sources no longer are what the change is made to.
 */
export function projectWithColumn(folder: string): string {
  mkdirSync(folder);
  for (const name of readdirSync('.').filter((name) => !NOT_COPIED.has(name) && !name.startsWith('.')))
    cpSync(name, join(folder, name), { recursive: true });
  const app = (path: string): boolean => !/\.map$|^dist\/(?:\.deploying|lambda|bench)/.test(path);
  cpSync('dist', join(folder, 'dist'), { recursive: true, filter: app });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [file, edits] of Object.entries(CHANGE)) {
    let text = readFileSync(file, 'utf8');
    for (const [was, is] of edits) {
      const changed = text.replace(was, is);
      if (changed === text) throw new Error(`${file} has no ${was}: change the test with it`);
      text = changed;
    }
    writeFileSync(join(folder, file), text);
    const { code } = transformSync(text, { loader: 'ts', format: 'esm', target: 'node20' });
    writeFileSync(join(folder, 'dist', file.replace(/\.ts$/, '.js')), code);
  }
  return folder;
}
