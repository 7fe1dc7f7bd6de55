import type { Command } from 'commander';
import {
  findIncident,
  formatIncident,
  formatIncidents,
  formatPrecision,
  openPictureStore,
  type PolicyState,
  precisionOf,
} from '../../alerts/index.js';
import { alertsState, alertsStore } from '../alertsState.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { warnUnknown } from '../requireTenant.js';
import { withLakeFlags } from '../withLakeFlags.js';
import { addIncidentChangeVerbs } from './incidentChangeVerbs.js';

interface ShowFlags extends ConfigFlags {
  readonly all?: true;
  readonly tenant?: string;
  readonly service?: string;
  readonly json?: true;
}

/** `tenantscope incident`: what is open, what became of it, and what people say of it. */
export function addIncidentVerb(program: Command, context: CliContext): void {
  const incident = program.command('incident').description('incidents: what is open, and what people say of it');
  withLakeFlags(
    incident
      .command('list')
      .description('open incidents, the worst first')
      .option('--all', 'resolved ones, too, as far as they are kept')
      .option('--tenant <id>', "of this tenant only; _fleet for what is nobody's alone")
      .option('--service <name>', 'of this service only'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope incident list\n  tenantscope incident list --all --tenant acme --json',
    )
    .action(async (flags: ShowFlags) => {
      const config = await loadConfig(flags, context);
      warnUnknown(flags, config, context);
      const { open, resolved } = (await (await alertsState(config)).read()).state;
      const found = [...open, ...(flags.all === true ? resolved.toReversed() : [])].filter(
        ({ tenant_id, service }) =>
          (flags.tenant === undefined || tenant_id === flags.tenant) &&
          (flags.service === undefined || service === flags.service),
      );
      if (flags.json === true) printJson(context, found);
      else printData(context, formatIncidents(found));
    });
  withLakeFlags(
    incident
      .command('show <incident>')
      .description('one incident in full: by id, its first characters, or key such as acme/DynamoDB/up')
      .option(
        '--picture <file>',
        'also write its picture, as .svg or .png: the tenant against its peers and its own past',
      ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope incident show acme/DynamoDB/up\n  tenantscope incident show 3f2a --json\n  tenantscope incident show 3f2a --picture acme.png',
    )
    .action(async (word: string, flags: ShowFlags & { readonly picture?: string }) => {
      const config = await loadConfig(flags, context);
      const { state } = await (await alertsState(config)).read();
      const found = findIncident(state, word);
      if (flags.picture !== undefined) {
        const { writePicture } = await import('../writePicture.js');
        const pictures = openPictureStore(config.alerts, { objects: await alertsStore(config) });
        await writePicture(flags.picture, found.key, await pictures.read(found.id));
        printNote(context, `wrote ${flags.picture}`);
      }
      const feedback = state.feedback.filter((one) => one.incident === found.id);
      if (flags.json === true) printJson(context, { ...found, feedback });
      else printData(context, formatIncident(found, feedback));
    });
  withLakeFlags(
    incident
      .command('precision')
      .description('how often incidents were worth it, as their feedback says, by kind, service and severity'),
  )
    .addHelpText('after', '\nExamples:\n  tenantscope incident precision\n  tenantscope incident precision --json')
    .action(async (flags: ShowFlags) => {
      const rows = precisionOf(await stateOf(flags, context));
      if (flags.json === true) printJson(context, rows);
      else printData(context, formatPrecision(rows));
    });
  addIncidentChangeVerbs(incident, context);
}

async function stateOf(flags: ConfigFlags, context: CliContext): Promise<PolicyState> {
  const store = await alertsState(await loadConfig(flags, context));
  return (await store.read()).state;
}
