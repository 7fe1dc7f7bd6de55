import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError, systemCode } from '../../model/index.js';
import { reportTemplate, TEMPLATE_TABLES, templateTable } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { printJson } from '../printJson.js';

interface NewFlags {
  readonly reports: string;
  readonly table: string;
  readonly scope: 'tenant' | 'platform';
  readonly json?: true;
}

/** `tenantscope report new`: a report file to start from, which lint takes as it is. */
export function addReportNewVerb(report: Command, context: CliContext): void {
  report
    .command('new')
    .description('write a commented report file to start from')
    .argument('<name>')
    .option('--reports <dir>', 'where it goes', 'reports')
    .option('--table <view>', TEMPLATE_TABLES.join(', '), 'ledger')
    .addOption(new Option('--scope <scope>', 'whose rows it reads').choices(['tenant', 'platform']).default('platform'))
    .option('--json', 'the file as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope report new busiest-services\n  tenantscope report new checkout-errors --table events --scope tenant',
    )
    .action(async (name: string, flags: NewFlags) => {
      const text = reportTemplate(name, templateTable(flags.table), flags.scope);
      const file = join(flags.reports, `${name}.sql`);
      await create(file, flags.reports, text);
      if (flags.json === true) printJson(context, { file });
      else printData(context, file);
      printNote(context, `edit it, then: tenantscope report lint ${file}`);
    });
}

async function create(file: string, folder: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const exists = systemCode(error) === 'EEXIST';
    throw new AppError('CANNOT_CREATE', exists ? 'there is such a report already' : 'cannot write the report file', {
      got: file,
      hint: exists ? 'choose another name, or remove the file' : 'check that the folder can be written',
      cause: error,
    });
  }
}
