import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, nearestWord } from '../../model/index.js';
import { formatFinding } from './formatFinding.js';
import { lintReport } from './lintReport.js';
import { parseReport } from './parseReport.js';
import type { Report } from './Report.js';

const BUILT_IN = fileURLToPath(new URL('../catalogue/', import.meta.url));

/**
 * Every saved report, by name: the built-in ones, and those of a folder of the user's own. Throws CONFIG_INVALID for a file
 * that is no report, is named otherwise than its report, or has the name of a built-in one.
 */
export function loadCatalogue(folder?: string): readonly Report[] {
  const builtIn = namesIn(BUILT_IN).map((name) => readReport(BUILT_IN, name));
  const own = folder === undefined ? [] : namesIn(folder).map((name) => readOwn(folder, name));
  return [...builtIn, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The saved report of this name, built-in or of the user's folder, of which no other file is read. Throws REPORT_NOT_FOUND,
 * naming the nearest, and CONFIG_INVALID for a file of that name that lint refuses.
 */
export function findReport(name: string, folder?: string): Report {
  const own = folder === undefined ? [] : namesIn(folder);
  if (folder !== undefined && own.includes(name)) {
    const report = readOwn(folder, name);
    const [finding] = lintReport(report);
    if (finding === undefined) return report;
    throw new AppError('CONFIG_INVALID', 'a report cannot be run', {
      where: fileOf(folder, name),
      got: formatFinding(finding),
      hint: `see all that is wrong with: tenantscope report lint ${fileOf(folder, name)}`,
    });
  }
  const names = [...namesIn(BUILT_IN), ...own].sort();
  if (names.includes(name)) return readReport(BUILT_IN, name);
  const near = nearestWord(name, names);
  throw new AppError('REPORT_NOT_FOUND', 'no saved report has this name', {
    expected: `one of ${names.join(', ')}`,
    got: name,
    hint: near === undefined ? 'see: tenantscope report list' : `did you mean ${near}?`,
  });
}

const fileOf = (folder: string, name: string): string => join(folder, `${name}.sql`);

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
    .sort();
}

function readReport(folder: string, name: string): Report {
  return parseReport(readFileSync(fileOf(folder, name), 'utf8'), fileOf(folder, name));
}

function readOwn(folder: string, name: string): Report {
  const report = readReport(folder, name);
  const wrong = (expected: string): AppError =>
    new AppError('CONFIG_INVALID', 'a report has the wrong name', {
      where: fileOf(folder, name),
      expected,
      got: report.name,
    });
  if (report.name !== name) throw wrong(`name: ${name}, as its file is called`);
  // Whoever asks for a built-in report must get it, whatever folder the command is run in.
  if (namesIn(BUILT_IN).includes(name)) throw wrong('a name that no built-in report has');
  return report;
}
