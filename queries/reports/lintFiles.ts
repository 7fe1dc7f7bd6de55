import { readFileSync } from 'node:fs';
import { AppError } from '../../model/index.js';
import { type LintFinding, lintReport } from './lintReport.js';
import { parseReport } from './parseReport.js';

/** What lint found in one report file. */
export interface LintedFile {
  readonly file: string;
  readonly findings: readonly LintFinding[];
}

/** Lints report files. A file that is no report is a finding; one that cannot be read throws INPUT_NOT_FOUND. */
export function lintFiles(files: readonly string[]): readonly LintedFile[] {
  return files.map((file) => ({ file, findings: lintFile(file) }));
}

function lintFile(file: string): readonly LintFinding[] {
  const source = readFile(file);
  try {
    return lintReport(parseReport(source, file));
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return [{ message: error.message }];
    throw error;
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read a report file', { got: file, cause: error });
  }
}
