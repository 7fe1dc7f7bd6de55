import { existsSync } from 'node:fs';
import { AppError } from '../model/index.js';
import { findReport, type Report } from '../queries/index.js';

/** How commands name the folder of one's own reports. */
export const REPORTS = ['--reports <dir>', 'your own reports (default: ./reports when it exists)'] as const;

/** The folder of the user's own reports: the flag's, else ./reports when it exists. Throws INPUT_NOT_FOUND for a flag that names none. */
export function reportsFolder(flag: string | undefined): string | undefined {
  if (flag === undefined) return existsSync('reports') ? 'reports' : undefined;
  if (existsSync(flag)) return flag;
  throw new AppError('INPUT_NOT_FOUND', 'there is no such folder of reports', {
    where: '--reports',
    got: flag,
    hint: 'give the folder your report files are in',
  });
}

/** The saved report of a name, built-in or of the folder. Throws REPORT_NOT_FOUND naming the nearest. */
export function findReportOf(name: string, folder: string | undefined): Report {
  return findReport(name, reportsFolder(folder));
}
