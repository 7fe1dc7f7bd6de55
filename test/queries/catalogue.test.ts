import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findReport, loadCatalogue, parseParameters } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'catalogue-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A value for every parameter that has to be given, by type. */
const GIVEN: Readonly<Record<string, string>> = {
  date: '2026-11-21',
  service: 'DynamoDB',
  tenant_id: 'acme',
  tenant_ids: 'acme,globex',
  trace_id: '0'.repeat(31).concat('1'),
};

describe('the catalogue', () => {
  it('holds each report under the name of its file', () => {
    const files = readdirSync(at('queries/catalogue')).map((name) => name.replace(/\.sql$/, ''));
    expect(loadCatalogue().map((report) => report.name)).toEqual(files.sort());
  });

  it('is listed in docs/reports.md, with titles and scopes', () => {
    const page = readFileSync(at('docs/reports.md'), 'utf8');
    for (const { name, title, scope } of loadCatalogue())
      expect(page).toContain(`| \`${name}\` | ${title} | ${scope} |`);
  });

  it.each(loadCatalogue().map((report) => report.name))(
    '%s answers with the columns its header declares',
    async (name) => {
      const report = findReport(name);
      const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
      const pairs = report.params.flatMap(({ name, type, default: value }) =>
        value === undefined && GIVEN[type] !== undefined ? [`${name}=${GIVEN[type]}`] : [],
      );
      const engine = await fixtureEngine(root, {});
      const result = await engine.query(renderReport(report, parseParameters(report, pairs, { window })));
      await engine.close();
      expect(result).toMatchObject({ columns: report.columns.map((column) => column.name), rows: [] });
      // A header says decimal of any; a day may be text in the statement and a date to its reader.
      const types = result.types?.map((type) => type.replace(/\(.*/, ''));
      const declared = report.columns.map(({ type }) => (type === 'date' ? 'varchar' : type));
      expect(types).toEqual(declared);
    },
  );
});
