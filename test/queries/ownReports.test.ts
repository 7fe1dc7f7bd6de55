import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findReport, lintFiles, loadCatalogue } from '../../queries/index.js';

const root = mkdtempSync(join(tmpdir(), 'own-reports-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = findReport('tenant-usage-by-day').source.replaceAll('tenant-usage-by-day', 'my-usage');

let count = 0;
/** A folder of these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

it('are listed and found beside the built-in ones, files of other kinds left alone', () => {
  const own = folder({ 'my-usage.sql': source.replaceAll('\n', '\r\n'), 'notes.txt': 'x' });
  const names = loadCatalogue(own).map((report) => report.name);
  expect(names).toContain('tenant-share');
  expect(names).toContain('my-usage');
  expect(names).toEqual([...names].sort());
  expect(findReport('my-usage', own).title).toBe('What one tenant used, day by day');
  expect(findReport('tenant-share', own).name).toBe('tenant-share');
  expect(() => findReport('my-usages', own)).toThrow(/did you mean my-usage\?/);
  expect(() => findReport('my-usage')).toThrow(/no saved report/);
});

it('may not take the name of a built-in report, or another than their file', () => {
  const taken = folder({ 'top-tenants.sql': source.replaceAll('my-usage', 'top-tenants') });
  expect(() => loadCatalogue(taken)).toThrow(
    /top-tenants\.sql: a report has the wrong name: expected a name that no built-in/,
  );
  expect(() => findReport('top-tenants', taken)).toThrow(/a name that no built-in report has/);
  const other = folder({ 'other.sql': source });
  expect(() => loadCatalogue(other)).toThrow(/expected name: other, as its file is called, got my-usage/);
});

it('that lint refuses are not run; one that is broken does not stop the others', () => {
  const own = folder({
    'my-usage.sql': source.replace('where tenant_id = {{tenant_id}}', "where {{tenant_id}} <> ''"),
    'broken.sql': source.replace('title: ', 'title: a: '),
  });
  expect(() => findReport('my-usage', own)).toThrow(
    /cannot be run: got \d+:\d+: reads ledger of every tenant[\s\S]*report lint/,
  );
  expect(() => findReport('broken', own)).toThrow(/broken\.sql: the header of a report is not YAML/);
  expect(findReport('top-tenants', own).name).toBe('top-tenants');
  expect(
    lintFiles([join(own, 'my-usage.sql'), join(own, 'broken.sql')]).map(({ findings }) => findings.length),
  ).toEqual([1, 1]);
  expect(() => lintFiles([join(own, 'missing.sql')])).toThrow(/cannot read a report file/);
});
