import { rename, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError, systemCode } from '../../model/index.js';
import { addTenantTo } from '../addTenantTo.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { loadConfig, readConfigFile } from '../loadConfig.js';
import { addTenantEraseVerb } from './tenantEraseVerb.js';

interface AddFlags {
  readonly plan?: string;
  readonly name?: string;
  readonly namespace: readonly string[];
  readonly config?: string;
}

/** `tenantscope tenant add|list|erase|erasures`: the registry in tenantscope.yaml, and tenants taken out of a lake. */
export function addTenantVerb(program: Command, context: CliContext): void {
  const tenant = program.command('tenant').description('register tenants, list them, and erase them from the lake');
  addTenantEraseVerb(tenant, context);
  tenant
    .command('add')
    .description('add a tenant to the project file')
    .argument('<id>', 'lower-case letters, digits and hyphens')
    .requiredOption('--namespace <name...>', 'Kubernetes namespaces that are this tenant’s alone')
    .option('--plan <id>', 'a plan declared in the file')
    .option('--name <text>', 'name for people')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .addHelpText('after', '\nExamples:\n  tenantscope tenant add acme --plan pro --namespace tenant-acme')
    .action(async (id: string, flags: AddFlags) => {
      const file = flags.config ?? context.env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml';
      const text = addTenantTo(await readConfigFile(file), file, {
        id,
        namespaces: flags.namespace,
        ...(flags.plan === undefined ? {} : { plan: flags.plan }),
        ...(flags.name === undefined ? {} : { name: flags.name }),
      });
      await replace(file, text);
      printNote(
        context,
        `added ${id} to ${file}; next: tenantscope sidecar render --tenant ${id} --out ./deploy/${id}`,
      );
    });
  tenant
    .command('list')
    .description('the registered tenants')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'tenants as JSON on stdout')
    .addHelpText('after', '\nExamples:\n  tenantscope tenant list --json')
    .action(async (flags: { config?: string; json?: true }) => {
      const { tenants } = await loadConfig(flags, context);
      if (flags.json === true) printData(context, JSON.stringify(tenants, null, 2));
      else
        for (const { id, plan, namespaces } of tenants)
          printData(context, `${id}\t${plan ?? '-'}\t${namespaces.join(',') || '-'}`);
    });
}

async function replace(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.tmp`, text);
    await rename(`${file}.tmp`, file);
  } catch (error) {
    throw new AppError('WRITE_FAILED', 'cannot write the configuration', {
      got: systemCode(error) ?? file,
      hint: `${file} is as it was; check free space and permissions`,
      cause: error,
    });
  }
}
