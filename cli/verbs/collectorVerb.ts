import type { Command } from 'commander';
import {
  COLLECTOR_NAMESPACE,
  COLLECTOR_PATHS,
  type CollectorOptions,
  parseFluentBitVersion,
  renderCollector,
  SIDECAR_DEFAULTS,
} from '../../fluentbit/index.js';
import { AppError, type Config, type IngestLimits, type TenantId } from '../../model/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { fluentBitDryRun } from '../fluentBitDryRun.js';
import { loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { checkNames } from '../sidecarOptions.js';
import { wholeNumber } from '../wholeNumber.js';
import { writeFolder } from '../writeFolder.js';

interface CollectorFlags {
  readonly out: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly region: string;
  readonly stream: string;
  readonly fluentBitVersion: string;
  readonly image: string;
  readonly roleArn?: string;
  readonly aggregate: boolean;
  readonly bufferMib: string;
  readonly config?: string;
  readonly json?: true;
}

/** `tenantscope collector render`: the log agent of every node, for tenants whose pods must hold no credentials. */
export function addCollectorVerb(program: Command, context: CliContext): void {
  program
    .command('collector')
    .description(
      'render the node-level collector (DaemonSet): tenants from namespace labels, no credentials in their pods',
    )
    .command('render')
    .description('write Fluent Bit configuration and Kubernetes manifests for the nodes of a cluster')
    .requiredOption('--out <dir>', 'folder the files go to; files rendered there before are replaced')
    .option('--namespace <name>', 'namespace the collector runs in', COLLECTOR_NAMESPACE)
    .option('--cluster <name>', 'stamped on every line', SIDECAR_DEFAULTS.cluster)
    .option('--region <name>', 'AWS region of the stream', SIDECAR_DEFAULTS.region)
    .option('--stream <name>', 'Kinesis data stream', SIDECAR_DEFAULTS.stream)
    .option('--fluent-bit-version <version>', 'release the image carries', SIDECAR_DEFAULTS.version)
    .option('--image <ref>', 'container image, best pinned by digest', SIDECAR_DEFAULTS.image)
    .option('--role-arn <arn>', 'IAM role for IRSA (left out: bind one with EKS Pod Identity)')
    .option('--no-aggregate', 'one line a Kinesis record')
    .option('--buffer-mib <n>', 'disk of a node for undelivered lines', '4096')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'file names and notes as JSON on stdout')
    .addHelpText(
      'after',
      '\nNamespaces carry the label tenantscope.io/tenant, which the admission policy keeps for the platform.\n\nExamples:\n  tenantscope collector render --cluster prod-1 --stream cell-1 --out ./deploy/collector\n  kubectl apply -k ./deploy/collector',
    )
    .action(async (flags: CollectorFlags) => {
      const config = await loadConfig(flags.config === undefined ? {} : { config: flags.config }, context);
      const { files, notes } = renderCollector(collectorOptions(flags, config));
      const dryRun = await fluentBitDryRun(files, COLLECTOR_PATHS);
      if (typeof dryRun !== 'string') throw new AppError('INTERNAL', dryRun.message);
      await writeFolder(flags.out, files);
      for (const note of notes) printNote(context, `note: ${note}`);
      if (flags.json === true) printJson(context, { out: flags.out, files: [...files.keys()], notes, dryRun });
      printNote(context, `wrote ${files.size} files to ${flags.out}; fluent-bit --dry-run: ${dryRun}`);
    });
}

function collectorOptions(flags: CollectorFlags, config: Config): CollectorOptions {
  const { cluster, region, stream, image, roleArn, namespace } = flags;
  checkNames({ cluster, region, stream, image, 'role-arn': roleArn, namespace });
  const plans = new Map(config.plans.map((plan) => [plan.id, plan.ingest_limits]));
  const limits = new Map<TenantId, IngestLimits>();
  for (const tenant of config.tenants) {
    const limit = plans.get(tenant.plan ?? '');
    if (limit !== undefined && Object.values(limit).some((value) => value !== undefined))
      limits.set(tenant.id as TenantId, limit);
  }
  return {
    namespace,
    cluster,
    region,
    stream,
    image,
    roleArn,
    limits,
    version: parseFluentBitVersion(flags.fluentBitVersion),
    aggregate: flags.aggregate,
    bufferMiB: wholeNumber('--buffer-mib', flags.bufferMib, 64, 65_536),
  };
}
