import type { Command } from 'commander';
import { AppError, retentionRules } from '../../model/index.js';
import { erasedOn } from '../../queries/index.js';
import { changeTenant, type PlannedChange, type TenantChange, whatFollows } from '../../tenants/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { type OpenRegistry, openRegistry, type RegistryFlags } from '../openRegistry.js';
import { printJson } from '../printJson.js';
import { dayFlag, type FieldFlags, resourceRules, tenantFields, unsetFields } from '../tenantFlags.js';

interface ChangeFlags extends RegistryFlags {
  readonly dryRun?: true;
  readonly json?: true;
}

interface AddFlags extends ChangeFlags, FieldFlags {
  readonly namespace: readonly string[];
  readonly resource?: readonly string[];
  readonly cell?: string;
  readonly newCell?: true;
}

interface EditFlags extends ChangeFlags, FieldFlags {
  readonly unset?: readonly string[];
  readonly addNamespace?: readonly string[];
  readonly removeNamespace?: readonly string[];
  readonly addResource?: readonly string[];
  readonly removeResource?: readonly string[];
}

/** `tenantscope tenant add|change|suspend|resume|offboard|move`: a tenant's life, in a file or a table. */
export function addTenantChangeVerbs(tenant: Command, context: CliContext): void {
  withFields(verb(tenant, 'add', 'register a tenant, in the cell with the most room'))
    .requiredOption('--namespace <name...>', 'Kubernetes namespaces that are this tenant’s alone')
    .option('--resource <kind=name...>', 'cloud resources that are its alone, such as tables=acme-*')
    .option('--cell <name>', 'the cell it is placed in')
    .option(
      '--new-cell',
      'the cell is to be made with the next deployment; with a registry in a table, name it in deployment.yaml, too',
    )
    .addHelpText(
      'after',
      examples(
        'tenant add acme --plan pro --namespace tenant-acme',
        'tenant add acme --namespace tenant-acme --resource tables=acme-* hosts=acme.example.com --owner ops@acme.example --registry dynamodb://tenantscope-registry',
      ),
    )
    .action(async (id: string, flags: AddFlags) => {
      const registry = await openRegistry(flags, context);
      await mustNeverHaveLeft(id, registry, context);
      const resources = resourceRules('--resource', flags.resource);
      const { namespace: namespaces, cell, newCell = false } = flags;
      await make(
        registry,
        { kind: 'add', id, fields: tenantFields(flags), namespaces, resources, cell, newCell },
        flags,
        context,
      );
    });
  withFields(verb(tenant, 'change', 'change what is registered of a tenant; what is not named stays'))
    .option(
      '--unset <field...>',
      'fields to take out: name, plan, owner, billing_account, retention_days, effective_from',
    )
    .option('--add-namespace <name...>', 'namespaces that become its own')
    .option('--remove-namespace <name...>', 'namespaces that are no longer its own')
    .option('--add-resource <kind=name...>', 'resources that become its own')
    .option('--remove-resource <kind=name...>', 'resources that are no longer its own')
    .addHelpText(
      'after',
      examples('tenant change acme --plan pro', 'tenant change acme --unset owner --add-namespace acme-jobs'),
    )
    .action(async (id: string, flags: EditFlags) => {
      const change: TenantChange = {
        kind: 'change',
        id,
        fields: tenantFields(flags),
        unset: unsetFields(flags.unset),
        addNamespaces: flags.addNamespace ?? [],
        removeNamespaces: flags.removeNamespace ?? [],
        addResources: resourceRules('--add-resource', flags.addResource),
        removeResources: resourceRules('--remove-resource', flags.removeResource),
      };
      await make(await openRegistry(flags, context), change, flags, context);
    });
  for (const [kind, says] of [
    ['suspend', 'mark a tenant as suspended: it is still measured and billed'],
    ['resume', 'make a suspended tenant active again, or one that was to leave'],
  ] as const) {
    verb(tenant, kind, says)
      .addHelpText('after', examples(`tenant ${kind} acme`))
      .action(async (id: string, flags: ChangeFlags) => {
        await make(await openRegistry(flags, context), { kind, id }, flags, context);
      });
  }
  verb(tenant, 'offboard', 'a tenant leaves; it stays in all totals')
    .option('--until <day>', 'the first UTC day it is no tenant any more (default: tomorrow, so that today is billed)')
    .addHelpText('after', examples('tenant offboard acme --until 2027-01-01', 'tenant offboard acme --dry-run'))
    .action(async (id: string, flags: ChangeFlags & { readonly until?: string }) => {
      const until = flags.until === undefined ? undefined : dayFlag('--until', flags.until);
      await make(await openRegistry(flags, context), { kind: 'offboard', id, until }, flags, context);
    });
  verb(tenant, 'move', 'move a tenant to another cell, step by step, so that nothing is lost or counted twice')
    .option('--to <cell>', 'the cell it is moved to')
    .option(
      '--new-cell',
      'the cell is to be made with the next deployment; with a registry in a table, name it in deployment.yaml, too',
    )
    .option('--finish', 'the stream of the old cell has nothing of it any more')
    .addHelpText(
      'after',
      `\ndocs/tenants.md says why each step.\n${examples('tenant move acme --to b', 'tenant move acme --finish')}`,
    )
    .action(async (id: string, flags: ChangeFlags & { to?: string; newCell?: true; finish?: true }) => {
      if ((flags.to === undefined) === (flags.finish === undefined)) {
        throw new AppError('USAGE', 'where to is not clear', {
          expected: '--to CELL, or --finish',
          got: flags.to === undefined ? 'neither' : 'both',
        });
      }
      const change: TenantChange =
        flags.to === undefined
          ? { kind: 'finish-move', id }
          : { kind: 'move', id, to: flags.to, newCell: flags.newCell === true };
      await make(await openRegistry(flags, context), change, flags, context);
    });
}

const examples = (...commands: readonly string[]): string =>
  `\nExamples:\n${commands.map((command) => `  tenantscope ${command}`).join('\n')}`;

function verb(tenant: Command, name: string, says: string): Command {
  return tenant
    .command(name)
    .description(says)
    .argument('<id>', 'lower-case letters, digits and hyphens')
    .option('--registry <where>', 'dynamodb://TABLE or a file (default: registry.from, or the project file)')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'what was done as JSON on stdout');
}

function withFields(command: Command): Command {
  return command
    .option('--plan <id>', 'a plan declared in the registry')
    .option('--name <text>', 'name for people')
    .option('--owner <mail>', 'who answers for it; a mail address is welcomed')
    .option('--billing-account <id>', 'the account it is billed to')
    .option('--retention-days <n>', 'days its events are kept')
    .option('--from <day>', 'first UTC day that fixed amounts are billed for');
}

async function make(
  { home, config, prefix, published }: OpenRegistry,
  change: TenantChange,
  flags: ChangeFlags,
  context: CliContext,
): Promise<void> {
  const dryRun = flags.dryRun === true;
  const planned = await changeTenant(home, change, { clock: context.clock, dryRun });
  const { after, plans } = planned;
  const keptDays = retentionRules({ tenants: [after], plans, retention: config.retention })(after.id);
  const follows = planned.edit === undefined ? [] : whatFollows(planned, { prefix, published, keptDays });
  if (flags.json === true) printJson(context, answerOf(planned, home.name, follows), { dryRun });
  if (planned.edit === undefined) printNote(context, `${after.id} is so already; nothing was written to ${home.name}`);
  else
    printNote(context, `${dryRun ? 'dry run, nothing was written: ' : ''}${planned.kind}: ${after.id} in ${home.name}`);
  for (const line of follows) printNote(context, line);
}

function answerOf(planned: PlannedChange, registry: string, follows: readonly string[]) {
  const { edit, kind, before, after, cell } = planned;
  return {
    registry,
    event: edit === undefined ? null : kind,
    before: before ?? null,
    after,
    cell: { id: cell.id, tenants: cell.tenants, holds: cell.holds },
    follows,
  };
}

/** What comes under an erased id counts as `_erased`, for good: a customer that comes back needs another. */
async function mustNeverHaveLeft(id: string, { config }: OpenRegistry, { env }: CliContext): Promise<void> {
  const lake = env.TENANTSCOPE_LAKE ?? config.lake;
  const at = await erasedOn(lake, id);
  if (at === undefined) return;
  throw new AppError('PERMISSION_DENIED', 'the id was erased from the lake', {
    expected: 'an id that no erased tenant had',
    got: `${id}, erased ${at}`,
    where: lake,
    hint: 'its lines would count as _erased; register the tenant under another id',
  });
}
