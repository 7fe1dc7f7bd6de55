import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { formatFinding, type LintFinding, lintFiles, lintReport, loadCatalogue } from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { printJson } from '../printJson.js';
import { reportsFolder } from '../reportsFolder.js';

/** `tenantscope report lint`: checks report files, or without any the built-in ones and those of the reports folder. */
export function addReportLintVerb(report: Command, context: CliContext): void {
  report
    .command('lint')
    .description('check report files: parameters, tenant and window bounds, one meaning on every engine')
    .argument('[file...]', 'report files (default: the built-in reports and the reports folder)')
    .option('--reports <dir>', 'your own reports (default: ./reports when it exists)')
    .option('--json', 'findings as JSON on stdout')
    .addHelpText(
      'after',
      '\nEnds with 1 when anything is found.\n\nExamples:\n  tenantscope report lint\n  tenantscope report lint reports/checkout-errors.sql',
    )
    .action((files: readonly string[], flags: { reports?: string; json?: true }) => {
      const folder = files.length > 0 ? undefined : reportsFolder(flags.reports);
      const own = folder === undefined ? files : filesIn(folder);
      const builtIn = files.length > 0 ? [] : loadCatalogue();
      const all = [...builtIn.map((one) => ({ file: one.name, findings: lintReport(one) })), ...lintFiles(own)];
      const found = all.flatMap(({ file, findings }) => findings.map((finding) => placeIn(file, finding)));
      const json = flags.json === true;
      if (json) printJson(context, { reports: all.length, findings: findingsOf(all) });
      else for (const line of found) printData(context, line);
      if (found.length > 0) {
        throw new AppError('CHECK_FAILED', 'reports have faults', { got: `${found.length} in ${all.length} reports` });
      }
      // A name that is taken shows only beside the others.
      if (folder !== undefined) loadCatalogue(folder);
      if (!json) printData(context, `${all.length} reports, nothing found`);
    });
}

function findingsOf(all: readonly { readonly file: string; readonly findings: readonly LintFinding[] }[]) {
  return all.flatMap(({ file, findings }) => findings.map((finding) => ({ file, ...finding })));
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => join(folder, name));
}

/** `file:line:column: message`, as editors jump to it. */
function placeIn(file: string, finding: LintFinding): string {
  return `${file}:${finding.line === undefined ? ' ' : ''}${formatFinding(finding)}`;
}
