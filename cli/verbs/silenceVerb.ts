import type { Command } from 'commander';
import { addSilence, expireSilence } from '../../alerts/index.js';
import { humanInstant, INCIDENT_KINDS, SEVERITIES, type Silence } from '../../model/index.js';
import { alertsState } from '../alertsState.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { untilFlag } from '../instantFlag.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { oneOf } from '../oneOf.js';
import { printJson } from '../printJson.js';
import { warnUnknown } from '../requireTenant.js';
import { requireWord } from '../requireWord.js';
import { withChangeFlags, withLakeFlags } from '../withLakeFlags.js';

interface AddFlags extends ConfigFlags {
  readonly tenant?: string;
  readonly service?: string;
  readonly severity?: string;
  readonly kind?: string;
  readonly for: string;
  readonly owner: string;
  readonly reason: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tenantscope silence add|list|expire`: what is not sent, by whose word, and until when. */
export function addSilenceVerb(program: Command, context: CliContext): void {
  const silence = program.command('silence').description('what is not sent, by whose word, and until when');
  withChangeFlags(
    silence
      .command('add')
      .description('send nothing for what matches all that is given, until it ends')
      .option('--tenant <id>', 'of this tenant')
      .option('--service <name>', 'of this service')
      .option('--severity <severity>', SEVERITIES.join(', '))
      .option('--kind <kind>', INCIDENT_KINDS.join(', '))
      .requiredOption('--for <duration>', 'how long, such as 4h, or until when, such as 2026-11-23T18:00Z')
      .requiredOption('--owner <who>', 'who is to be asked about it')
      .requiredOption('--reason <text>', 'why'),
  )
    .addHelpText(
      'after',
      "\nIncidents go on being kept; what is still going on when the silence ends is told then.\n\nExamples:\n  tenantscope silence add --tenant acme --service DynamoDB --for 4h --owner kim --reason 'migration TS-40'\n  tenantscope silence add --service SES --for 2026-11-24T06:00Z --owner kim --reason campaign",
    )
    .action(async (flags: AddFlags) => add(flags, context));
  withLakeFlags(
    silence.command('list').description('the silences that are on').option('--all', 'those that ended, too'),
  )
    .addHelpText('after', '\nExamples:\n  tenantscope silence list\n  tenantscope silence list --all --json')
    .action(async (flags: ConfigFlags & { readonly all?: true; readonly json?: true }) => {
      const { state } = await (await alertsState(await loadConfig(flags, context))).read();
      const found = state.silences.filter(({ ends_at }) => flags.all === true || ends_at > context.clock());
      if (flags.json === true) printJson(context, found);
      else if (found.length === 0) printNote(context, 'no silence is on');
      else printData(context, found.map(formatSilence).join('\n'));
    });
  withChangeFlags(
    silence.command('expire <id>').description('end a silence now; the first four characters of its id do'),
  )
    .addHelpText('after', '\nExamples:\n  tenantscope silence expire 9c1e')
    .action(async (id: string, flags: ConfigFlags & { readonly dryRun?: true; readonly json?: true }) => {
      const dryRun = flags.dryRun === true;
      const store = await alertsState(await loadConfig(flags, context), { dryRun });
      const state = await store.update((before) => expireSilence(before, id, context.clock()));
      const found = state.silences.find((one) => one.id.startsWith(id));
      if (flags.json === true) printJson(context, found, { dryRun });
      else if (found !== undefined) printNote(context, `${dryPrefix(dryRun)}ended: ${formatSilence(found)}`);
    });
}

async function add(flags: AddFlags, context: CliContext): Promise<void> {
  const at = context.clock();
  const said = { ...requireWord(flags), at };
  const severity = flags.severity === undefined ? undefined : oneOf('--severity', flags.severity, SEVERITIES);
  const kind = flags.kind === undefined ? undefined : oneOf('--kind', flags.kind, INCIDENT_KINDS);
  const match: Silence['match'] = {
    ...(flags.tenant === undefined ? {} : { tenant_id: flags.tenant }),
    ...(flags.service === undefined ? {} : { service: flags.service }),
    ...(severity === undefined ? {} : { severity }),
    ...(kind === undefined ? {} : { kind }),
  };
  const until = untilFlag('--for', flags.for, at);
  const config = await loadConfig(flags, context);
  warnUnknown(flags, config, context);
  const dryRun = flags.dryRun === true;
  const store = await alertsState(config, { dryRun });
  let made: Silence | undefined;
  await store.update((before) => {
    const { state, silence } = addSilence(before, match, until, said);
    made = silence;
    return state;
  });
  if (flags.json === true) printJson(context, made, { dryRun });
  else if (made !== undefined) printNote(context, `${dryPrefix(dryRun)}silenced: ${formatSilence(made)}`);
}

function formatSilence({ id, match, owner, reason, ends_at }: Silence): string {
  const what = Object.entries(match).map(([name, value]) => `${name} ${value}`);
  return `${id}  until ${humanInstant(ends_at)} UTC  ${what.join(', ')}  (${owner}: ${reason})`;
}
