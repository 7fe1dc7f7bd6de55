import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { AppError, nearestWord } from '../../model/index.js';
import { type Report, reportHeaderSchema } from './Report.js';

const FOLDER = new URL('../catalogue/', import.meta.url);

/** Every saved report, by name. */
export function loadCatalogue(): readonly Report[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => parseReport(readFileSync(new URL(name, FOLDER), 'utf8'), name));
}

/** The saved report of this name. Throws REPORT_NOT_FOUND, naming the nearest. */
export function findReport(name: string): Report {
  const all = loadCatalogue();
  const found = all.find((report) => report.name === name);
  if (found !== undefined) return found;
  const names = all.map((report) => report.name);
  const near = nearestWord(name, names);
  throw new AppError('REPORT_NOT_FOUND', 'no saved report has this name', {
    expected: `one of ${names.join(', ')}`,
    got: name,
    hint: near === undefined ? 'see: tenantscope report list' : `did you mean ${near}?`,
  });
}

/** Reads a report file: YAML between two `-- ---` lines, then one statement. Throws CONFIG_INVALID naming the file. */
export function parseReport(source: string, file: string): Report {
  const match = /^-- ---\n((?:--.*\n)+?)-- ---\n([\s\S]+)$/.exec(source);
  if (match === null)
    throw new AppError('CONFIG_INVALID', 'not a report', {
      where: file,
      expected: 'a header between two lines "-- ---"',
      got: source.slice(0, 40),
    });
  const header = reportHeaderSchema.safeParse(parse((match[1] ?? '').replace(/^-- ?/gm, '')));
  if (!header.success)
    throw new AppError('CONFIG_INVALID', 'the header of a report is wrong', {
      where: file,
      got: header.error.issues[0]?.message ?? '',
    });
  return { ...header.data, sql: (match[2] ?? '').trim(), source };
}
