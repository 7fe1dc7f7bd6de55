import type { Command } from 'commander';
import { isForOneTenant, loadCatalogue, requireOneTenant } from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { principalOf } from '../principal.js';
import { printJson } from '../printJson.js';
import { AS_TENANT } from '../reportFlags.js';
import { findReportOf, REPORTS, reportsFolder } from '../reportsFolder.js';
import { addReportExplainVerb } from './reportExplainVerb.js';
import { addReportFetchVerbs } from './reportFetchVerbs.js';
import { addReportLintVerb } from './reportLintVerb.js';
import { addReportNewVerb } from './reportNewVerb.js';
import { addReportRunVerb } from './reportRunVerb.js';
import { addReportScheduleVerb } from './reportScheduleVerb.js';

interface ListFlags {
  readonly json?: true;
  readonly reports?: string;
  readonly asTenant?: string;
}

/** `tenantscope report list|show|run|explain|status|fetch|lint|new|schedule`: the saved reports, built-in and your own. */
export function addReportVerb(program: Command, context: CliContext): void {
  const report = program.command('report').description('saved reports');
  report
    .command('list')
    .description('every saved report; as one tenant, those it may run')
    .option('--json', 'as JSON')
    .option(...REPORTS)
    .option(...AS_TENANT)
    .addHelpText('after', '\nExamples:\n  tenantscope report list\n  tenantscope report list --as-tenant acme --json')
    .action((flags: ListFlags) => {
      const tenant = principalOf(flags, context);
      const all = loadCatalogue(reportsFolder(flags.reports)).filter(
        (each) => tenant === undefined || isForOneTenant(each),
      );
      if (flags.json === true) {
        const listed = all.map(({ name, title, description, scope }) => ({ name, title, description, scope }));
        printJson(context, listed);
        return;
      }
      for (const { name, title } of all) printData(context, `${name.padEnd(25)} ${title}`);
    });
  report
    .command('show')
    .description('the SQL, parameters and columns of one report')
    .argument('<name>')
    .option('--json', 'header and statement as JSON')
    .option(...REPORTS)
    .option(...AS_TENANT)
    .addHelpText('after', '\nExamples:\n  tenantscope report show top-operations')
    .action((name: string, flags: ListFlags) => {
      const tenant = principalOf(flags, context);
      const { source, ...found } = findReportOf(name, flags.reports);
      if (tenant !== undefined) requireOneTenant({ ...found, source }, tenant);
      if (flags.json === true) printJson(context, found);
      else printData(context, source);
    });
  addReportLintVerb(report, context);
  addReportNewVerb(report, context);
  addReportRunVerb(report, context);
  addReportExplainVerb(report, context);
  addReportFetchVerbs(report, context);
  addReportScheduleVerb(report, context);
}
