import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { jsonParameters, prepareReport } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { printJson } from '../printJson.js';
import { addReportFlags, type ReportFlags, withReport } from '../reportFlags.js';

/** `tenantscope report explain`: how the engine would run a report's statement. Nothing of it is run. */
export function addReportExplainVerb(report: Command, context: CliContext): void {
  const explain = report
    .command('explain')
    .description("the engine's plan of one report; runs nothing of it")
    .argument('<name>');
  addReportFlags(explain);
  explain
    .option('--json', 'statement and plan as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope report explain tenant-share --service DynamoDB --last 24h\n  tenantscope report explain top-tenants --engine trino --trino-url http://127.0.0.1:8080/lake',
    );
  explain.action((name: string, flags: ReportFlags & { readonly json?: true }) =>
    withReport(name, flags, context, async ({ engine, report, values }) => {
      if (engine.explain === undefined) {
        throw new AppError('USAGE', 'this engine shows no plans', { expected: '--engine duckdb or trino' });
      }
      const { statements, values: used } = await prepareReport(engine, report, values);
      const [sql = ''] = statements;
      if (statements.length > 1)
        printNote(context, `note: the first of ${statements.length} statements, one a batch of tenants`);
      const plan = await engine.explain(sql);
      if (flags.json === true)
        printJson(context, { report: report.name, params: jsonParameters(used), statement: sql, plan });
      else printData(context, plan);
    }),
  );
}
