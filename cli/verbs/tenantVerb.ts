import { rename, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError, applyEnvironment, parseConfigOrThrow, systemCode } from '../../model/index.js';
import { erasedOn } from '../../queries/index.js';
import { addTenantTo } from '../addTenantTo.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { loadConfig, readConfigFile } from '../loadConfig.js';
import { addTenantEraseVerb } from './tenantEraseVerb.js';

interface AddFlags {
  readonly plan?: string;
  readonly name?: string;
  readonly namespace: readonly string[];
  readonly config?: string;
  readonly dryRun?: true;
  readonly json?: true;
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
    .option('-n, --dry-run', 'print the lines it would add; write nothing')
    .option('--json', 'what was added as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope tenant add acme --plan pro --namespace tenant-acme\n  tenantscope tenant add acme --namespace tenant-acme --dry-run',
    )
    .action(async (id: string, flags: AddFlags) => {
      const file = flags.config ?? context.env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml';
      const before = await readConfigFile(file);
      const added = {
        id,
        namespaces: flags.namespace,
        ...(flags.plan === undefined ? {} : { plan: flags.plan }),
        ...(flags.name === undefined ? {} : { name: flags.name }),
      };
      const text = addTenantTo(before, file, added);
      await mustNeverHaveLeft(id, text, file, context);
      const dryRun = flags.dryRun === true;
      if (flags.json === true) printData(context, JSON.stringify({ file, tenant: added, dry_run: dryRun }, null, 2));
      else if (dryRun) printData(context, linesAdded(before, text).join('\n'));
      if (dryRun) {
        printNote(context, `nothing was written; without --dry-run ${id} is added to ${file}`);
        return;
      }
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

/** The lines of a file that were not in it before, in order. */
function linesAdded(before: string, after: string): readonly string[] {
  const left = before.split('\n');
  return after.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** What comes under an erased id counts as `_erased`, for good: a customer that comes back needs another. */
async function mustNeverHaveLeft(id: string, text: string, file: string, context: CliContext): Promise<void> {
  const { lake } = applyEnvironment(parseConfigOrThrow(text, file), context.env);
  const at = await erasedOn(lake, id);
  if (at === undefined) return;
  throw new AppError('PERMISSION_DENIED', 'the id was erased from the lake', {
    expected: 'an id that no erased tenant had',
    got: `${id}, erased ${at}`,
    where: lake,
    hint: 'its lines would count as _erased; register the tenant under another id',
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
