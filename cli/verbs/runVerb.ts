import { type Command, Option } from 'commander';
import { type DeliveryProgress, type DeliverySummary, dryDelivery, runDelivery } from '../../ingest/index.js';
import { registryOf } from '../../model/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { formatDelivery } from '../formatDelivery.js';
import { type ConfigFlags, loadConfig, noteEmptyRegistry } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';

interface RunFlags extends ConfigFlags {
  readonly input: readonly string[];
  readonly stream: string;
  readonly records: 'auto' | 'lines' | 'whole';
  readonly dryRun?: true;
  readonly json?: true;
}

/** Said to who gives it a log file as it is, which is what everybody tries first. */
const NOT_RECORDS =
  'note: nothing was accepted. These should be records of a stream, in the envelope of an agent; log files that no agent read are imported: tenantscope import logs --help';

/** `tenantscope run`: sends records through the transform into the lake. */
export function addRunVerb(program: Command, context: CliContext): void {
  program
    .command('run')
    .description('send records through the transform into the lake')
    .requiredOption('--input <path...>', 'files, folders, or - for stdin')
    .option('--lake <dir>', 'the lake (created when absent)')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--stream <name>', 'name of the stream raw records are taken to come from', 'tenantscope-local')
    .addOption(
      new Option('--records <how>', 'auto: a .bin file is one record, else a line is one')
        .choices(['auto', 'lines', 'whole'])
        .default('auto'),
    )
    .option('--dry-run', 'say what would be accepted and quarantined, and leave the lake as it is')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe same content is delivered once: a second run adds nothing. Quarantined records are kept under errors/.\n\nExamples:\n  tenantscope run --input ./records/ --lake ./lake --dry-run\n  tenantscope run --input ./records/ --lake ./lake\n  zcat old.ndjson.gz | tenantscope run --input - --lake ./lake',
    )
    .action(async (flags: RunFlags) => {
      const config = await loadConfig(flags, context);
      noteEmptyRegistry(config, context);
      const progress = progressLine(context);
      const deliver = (lake: string): Promise<DeliverySummary> =>
        runDelivery({
          inputs: flags.input,
          lake,
          registry: registryOf(config),
          trust: config.identity.trust,
          platformStream: config.identity.platform_stream,
          stream: flags.stream,
          records: flags.records,
          clock: context.clock,
          memoryMb: config.engine.memory_mb,
          threads: config.engine.threads,
          stdin: context.stdin,
          signal: context.signal,
          onProgress: (state) => progress.update(describe(state)),
        });
      const dryRun = flags.dryRun === true;
      const summary = await (dryRun ? dryDelivery(config.lake, deliver) : deliver(config.lake));
      progress.end();
      if (flags.json === true) printJson(context, summary, { dryRun });
      printNote(context, formatDelivery(summary, dryRun));
      if (summary.outcomes.accepted === 0 && Object.keys(summary.outcomes.quarantined).length > 0)
        printNote(context, NOT_RECORDS);
      if (!dryRun) printNote(context, `next: tenantscope ledger build --lake ${config.lake}`);
    });
}

function describe(state: DeliveryProgress): string {
  const megabytes = (state.bytes / 1e6).toFixed(0);
  const total = state.totalBytes === null ? '' : ` of ${(state.totalBytes / 1e6).toFixed(0)}`;
  const eta = state.etaSeconds === null ? '' : `, about ${Math.ceil(state.etaSeconds)} s left`;
  const rate = state.mbPerSecond.toFixed(0);
  return `${state.records} records, ${megabytes}${total} MB, ${rate} MB/s, ${state.quarantined} quarantined${eta}`;
}
