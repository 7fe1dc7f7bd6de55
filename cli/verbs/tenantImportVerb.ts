import type { Command } from 'commander';
import { parse } from 'yaml';
import { AppError, parseConfigOrThrow } from '../../model/index.js';
import { importRegistry } from '../../tenants/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { readConfigFile } from '../loadConfig.js';
import { tableOf } from '../openRegistry.js';
import { printJson } from '../printJson.js';
import { readDeployment } from '../readDeployment.js';

interface ImportFlags {
  readonly registry: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tenantscope tenant import`: tenants, plans and shared namespaces of a file into a registry's table. */
export function addTenantImportVerb(tenant: Command, context: CliContext): void {
  tenant
    .command('import')
    .description(
      'bring the tenants, plans and shared namespaces of a file, and the cells of deployment.yaml, into a table',
    )
    .argument('<file>', 'a tenantscope.yaml or a registry file')
    .requiredOption('--registry <where>', 'dynamodb://TABLE')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'what was written as JSON on stdout')
    .addHelpText(
      'after',
      '\nWhat is there already and equal is left; plans become those of the file; a tenant that differs is refused.\n\nExamples:\n  tenantscope tenant import tenantscope.yaml --registry dynamodb://tenantscope-registry --dry-run',
    )
    .action(async (file: string, flags: ImportFlags) => {
      const table = tableOf(flags.registry);
      if (table === undefined)
        throw new AppError('USAGE', '--registry is no table', { expected: 'dynamodb://TABLE', got: flags.registry });
      const text = await readConfigFile(file);
      parseConfigOrThrow(text, file);
      const {
        tenants = [],
        plans = [],
        shared_namespaces = [],
      } = (parse(text) ?? {}) as Partial<
        Record<'tenants' | 'plans', Record<string, unknown>[]> & { shared_namespaces: string[] }
      >;
      const { cells } = await readDeployment(context);
      const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
      const dryRun = flags.dryRun === true;
      const given = { tenants, plans, sharedNamespaces: shared_namespaces, cells };
      const summary = await importRegistry(new DynamoDBClient({}), table, given, { dryRun });
      if (flags.json === true) printJson(context, { registry: flags.registry, ...summary }, { dryRun });
      const counts = `${summary.tenants.length} tenants, ${summary.plans.length} plans, ${summary.shared_namespaces.length} shared namespaces, ${summary.cells.length} cells`;
      printNote(context, `${dryRun ? 'would write' : 'wrote'} ${counts} to ${flags.registry}`);
    });
}
