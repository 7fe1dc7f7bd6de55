import type { Command } from 'commander';
import { type Config, utcDayOf } from '../../model/index.js';
import { cellUses } from '../../tenants/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { loadConfig } from '../loadConfig.js';
import { unknownName } from '../oneOf.js';
import type { RegistryFlags } from '../openRegistry.js';
import { printJson } from '../printJson.js';
import { readDeployment } from '../readDeployment.js';
import { addTenantChangeVerbs } from './tenantChangeVerbs.js';
import { addTenantEraseVerb } from './tenantEraseVerb.js';
import { addTenantImportVerb } from './tenantImportVerb.js';

interface ReadFlags extends RegistryFlags {
  readonly json?: true;
}

/** `tenantscope tenant …`: the registry, and tenants taken out of a lake. */
export function addTenantVerb(program: Command, context: CliContext): void {
  const tenant = program
    .command('tenant')
    .description('register, change, move and offboard tenants, list them, and erase them from the lake');
  addTenantChangeVerbs(tenant, context);
  addTenantImportVerb(tenant, context);
  addTenantEraseVerb(tenant, context);
  reading(tenant.command('list'), 'the registered tenants: id, plan, namespaces, status, cell')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope tenant list --json\n  tenantscope tenant list --registry dynamodb://tenantscope-registry',
    )
    .action(async (flags: ReadFlags) => {
      const { tenants } = await registered(flags, context);
      if (flags.json === true) printJson(context, tenants);
      else
        for (const { id, plan, namespaces, status, cell, moving_from } of tenants)
          printData(
            context,
            [
              id,
              plan ?? '-',
              namespaces.join(',') || '-',
              status,
              moving_from === undefined ? cell : `${moving_from}>${cell}`,
            ].join('\t'),
          );
    });
  reading(tenant.command('show').argument('<id>', 'the tenant'), 'all that is registered of a tenant, and its cell')
    .addHelpText('after', '\nExamples:\n  tenantscope tenant show acme --json')
    .action(async (id: string, flags: ReadFlags) => {
      const config = await registered(flags, context);
      const found = config.tenants.find((candidate) => candidate.id === id) ?? refuse(id, config);
      const { cells } = await readDeployment(context);
      const uses = cellUses({ tenants: config.tenants, cells }, utcDayOf(context.clock()));
      const cell = uses.find((use) => use.id === found.cell);
      if (flags.json === true) printJson(context, { ...found, cell_use: cell ?? null });
      else {
        const shown = { ...found, cell: `${found.cell} (${cell?.tenants ?? 0} of ${cell?.holds ?? 0} tenants)` };
        for (const [key, value] of Object.entries(shown)) {
          const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
          if (text !== '[]' && text !== '{}') printData(context, `${key}\t${text}`);
        }
      }
    });
}

function reading(command: Command, says: string): Command {
  return command
    .description(says)
    .option(
      '--registry <where>',
      'dynamodb://TABLE, s3://bucket/key or a file (default: registry.from, or the project file)',
    )
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout');
}

/** The configuration with the tenants of the registry that was asked for: a flag goes before the environment. */
function registered({ registry, ...flags }: ReadFlags, context: CliContext): Promise<Config> {
  if (registry === undefined) return loadConfig(flags, context);
  return loadConfig(flags, { ...context, env: { ...context.env, TENANTSCOPE_REGISTRY: registry } });
}

function refuse(id: string, { tenants }: Config): never {
  throw unknownName('INPUT_INVALID', 'no such tenant is registered', {
    expected: 'a registered tenant',
    got: id,
    known: tenants.map((tenant) => tenant.id),
    hint: 'tenantscope tenant list names them',
  });
}
