import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { renderSidecar, SIDECAR_DEFAULTS, SIDECAR_FILES, SIDECAR_PATHS, verifySidecar } from '../../fluentbit/index.js';
import { AppError } from '../../model/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { fluentBitDryRun } from '../fluentBitDryRun.js';
import { loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { type SidecarFlags, sidecarOptions } from '../sidecarOptions.js';
import { writeFolder } from '../writeFolder.js';

/** `tenantscope sidecar render|verify`: the log agent of one tenant, or of one shared namespace. */
export function addSidecarVerb(program: Command, context: CliContext): void {
  const sidecar = program
    .command('sidecar')
    .description('render and check the Fluent Bit sidecar of a tenant or a shared namespace');
  sidecar
    .command('render')
    .description('write Fluent Bit configuration and Kubernetes manifests for one tenant, or one shared namespace')
    .option('--tenant <id>', 'a registered tenant')
    .option('--shared', 'instead of a tenant: a service that works for many, in one of shared_namespaces')
    .requiredOption('--out <dir>', 'folder the files go to; files rendered there before are replaced')
    .option('--namespace <name>', 'which of its namespaces (default: its only one)')
    .option('--container <name>', "the application's container", SIDECAR_DEFAULTS.container)
    .option('--cluster <name>', 'stamped on every line', SIDECAR_DEFAULTS.cluster)
    .option('--region <name>', 'AWS region of the stream', SIDECAR_DEFAULTS.region)
    .option(
      '--stream <name>',
      `the cell's Kinesis data stream (default: ${SIDECAR_DEFAULTS.stream}; with --shared the platform's)`,
    )
    .option('--fluent-bit-version <version>', 'release the image carries', SIDECAR_DEFAULTS.version)
    .option('--image <ref>', 'container image, best pinned by digest', SIDECAR_DEFAULTS.image)
    .option('--role-arn <arn>', 'IAM role for IRSA (left out: bind one with EKS Pod Identity)')
    .option('--no-aggregate', 'one line a Kinesis record')
    .option('--compression <how>', 'none, or gzip (Fluent Bit 5.0 and later)', SIDECAR_DEFAULTS.compression)
    .option('--buffer-mib <n>', 'disk for undelivered lines', String(SIDECAR_DEFAULTS.bufferMiB))
    .option('--restrict-egress', 'apply the network policy: the pod may call out to DNS and over TLS only')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'file names and notes as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope sidecar render --tenant acme --cluster prod-1 --stream cell-1 --out ./deploy/acme\n  tenantscope sidecar render --shared --namespace shared-search --cluster prod-1 --out ./deploy/shared-search',
    )
    .action(async (flags: SidecarFlags & { out: string; config?: string; json?: true }) => {
      const config = await loadConfig(flags.config === undefined ? {} : { config: flags.config }, context);
      const rendered = renderSidecar(sidecarOptions(flags, config));
      await writeFolder(flags.out, rendered.files);
      for (const note of rendered.notes) printNote(context, `note: ${note}`);
      if (flags.json === true) {
        printJson(context, { out: flags.out, files: [...rendered.files.keys()], notes: rendered.notes });
      }
      printNote(
        context,
        `wrote ${rendered.files.size} files to ${flags.out}; next: tenantscope sidecar verify ${flags.out}`,
      );
    });
  sidecar
    .command('verify')
    .description('check a rendered folder; with fluent-bit on PATH, its own dry run too')
    .argument('<dir>', 'a folder written by sidecar render')
    .option('--json', 'problems as JSON on stdout')
    .addHelpText('after', '\nExamples:\n  tenantscope sidecar verify ./deploy/acme')
    .action(async (folder: string, flags: { json?: true }) => {
      const files = await readFolder(folder);
      const problems = [...verifySidecar(files)];
      const dryRun = problems.length > 0 ? 'not run' : await fluentBitDryRun(files, SIDECAR_PATHS);
      if (typeof dryRun !== 'string') problems.push(dryRun);
      const said = typeof dryRun === 'string' ? dryRun : 'failed';
      if (flags.json === true) printJson(context, { folder, problems, dryRun: said });
      else for (const { file, message } of problems) printData(context, `${join(folder, file)}: ${message}`);
      if (problems.length > 0) {
        throw new AppError('CHECK_FAILED', `${problems.length} problem(s) in ${folder}`, {
          hint: 'render the sidecar again instead of editing its files: tenantscope sidecar render --help',
        });
      }
      printNote(context, `${folder}: no problem; fluent-bit --dry-run: ${said}`);
    });
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of SIDECAR_FILES) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) files.set(name, text);
  }
  if (files.size > 0) return files;
  throw new AppError('INPUT_NOT_FOUND', 'no sidecar was rendered here', {
    expected: SIDECAR_FILES.join(', '),
    got: folder,
    hint: 'write one with: tenantscope sidecar render --tenant ID --out DIR',
  });
}
