import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { forgetDeliveries, forgetTenant, openPictureStore } from '../../alerts/index.js';
import { erasurePorts, lockLake } from '../../ingest/index.js';
import { AppError, type Config, isCustomerTenantId, parseS3Url } from '../../model/index.js';
import {
  BucketFiles,
  bucketExports,
  type ErasureSummary,
  type ExportFolder,
  eraseTenant,
  listErasures,
  localExports,
  s3Versions,
  TenantNames,
} from '../../queries/index.js';
import { deliveryStore } from '../alertParts.js';
import { alertsState, alertsStore } from '../alertsState.js';
import { byteText } from '../byteSize.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { packageVersion } from '../packageVersion.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { readKey } from '../readKey.js';

interface EraseFlags extends ConfigFlags {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly signingKey?: string;
  readonly unsigned?: true;
  readonly reference?: string;
  readonly also?: readonly string[];
  readonly keepMentions?: true;
  readonly exports?: readonly string[];
  readonly s3?: readonly string[];
  readonly json?: true;
}

/** `tenantscope tenant erase` and `tenant erasures`: a tenant taken out of the lake, and the records of it. */
export function addTenantEraseVerb(tenant: Command, context: CliContext): void {
  tenant
    .command('erase')
    .description('take an offboarded tenant out of the lake; what it used stays in all totals, as _erased')
    .argument('<id>', 'the tenant')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--dry-run', 'say what tells of the tenant, store by store; change nothing')
    .option('--yes', 'do it: what goes is gone')
    .option(
      '--signing-key <ref>',
      'Ed25519 private key for the record: env:NAME or a file (default: erasure.signing_key)',
    )
    .option('--unsigned', 'leave the record without a signature')
    .option('--reference <text>', 'what it was asked for by, for the record')
    .option('--also <name...>', 'further names of the tenant, such as a namespace it had')
    .option('--keep-mentions', 'leave events of the platform that only mention it: for an id that is a common word')
    .option(
      '--exports <dir...>',
      'folders of billing exports, or s3://bucket/prefix, which stay and are listed (default: erasure.exports)',
    )
    .option('--s3 <url...>', 'also remove all versions of its objects there: s3://bucket/prefix of a lake')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nInterrupted at any point, the same command finishes it. docs/erasure.md says what goes, what stays and why.\n\nExamples:\n  tenantscope tenant erase acme --lake ./lake --dry-run\n  tenantscope tenant erase acme --lake ./lake --exports ./billing --signing-key env:ERASURE_KEY --reference "ticket 4711" --yes',
    )
    .action(async (id: string, flags: EraseFlags) => {
      const config = await loadConfig(flags, context);
      const names = namesOf(id, flags, config);
      const dryRun = flags.dryRun === true;
      if (!dryRun) mustBeMeant(id, flags, config);
      const reference = flags.signingKey ?? config.erasure.signing_key;
      const signingKey =
        dryRun || flags.unsigned === true || reference === undefined
          ? undefined
          : await readKey(reference, 'private', context);
      // Before the lake is searched for its names. A dry run that is told of the state says that it names the tenant.
      if (!dryRun) {
        const named = (text: string): boolean => names.isIn(text);
        await (await alertsState(config)).update((state) => forgetTenant(state, id, named));
        await forgetDeliveries(await deliveryStore(config, context), id, named);
        await openPictureStore(config.alerts, { objects: await alertsStore(config) }).forget(named);
      }
      const progress = progressLine(context);
      const summary = await eraseTenant({
        lake: config.lake,
        tenant: names,
        clock: context.clock,
        memoryMb: config.engine.memory_mb,
        threads: config.engine.threads,
        lock: (lake) => lockLake(lake, 'maintenance'),
        ports: erasurePorts,
        stores: (flags.s3 ?? []).map((url) => {
          const { bucket, prefix } = parseS3Url(url);
          return s3Versions(new S3Client({}), bucket, prefix.replace(/\/$/, ''));
        }),
        exports: (flags.exports ?? config.erasure.exports).map(exportFolder),
        exportsDays: config.erasure.exports_days,
        signingKey,
        reference: flags.reference,
        version: packageVersion(),
        dryRun,
        onProgress: (text) => progress.update(text),
      }).finally(() => progress.end());
      if (flags.json === true) printJson(context, { tenant: id, ...summary }, { dryRun });
      printNote(context, formatErasure(id, summary, dryRun));
    });
  tenant
    .command('erasures')
    .description('the erasures of a lake, and whether their records are what was signed')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--tenant <id>', 'only those of this tenant; the lake does not name it, but the id finds them')
    .option('--public-key <ref>', 'Ed25519 key to verify the signatures with: env:NAME or a file')
    .option('--json', 'erasures as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit code 1 when a record is not what the log or its signature says, or an erasure has not ended.\n\nExamples:\n  tenantscope tenant erasures --lake ./lake --tenant acme --public-key ./erasure.pub',
    )
    .action(async (flags: ConfigFlags & { tenant?: string; publicKey?: string; json?: true }) => {
      const config = await loadConfig(flags, context);
      const publicKey = flags.publicKey === undefined ? undefined : await readKey(flags.publicKey, 'public', context);
      const erasures = await listErasures({
        lake: config.lake,
        ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
        ...(publicKey === undefined ? {} : { publicKey }),
      });
      if (flags.json === true) printJson(context, erasures);
      else
        for (const { erasedAt, record, reference, signature, id } of erasures)
          printData(context, [erasedAt ?? '-', record ?? id, signature, reference ?? '-'].join('\t'));
      const bad = erasures.filter(({ ok }) => !ok).length;
      if (bad > 0)
        throw new AppError('CHECK_FAILED', `${bad} erasure(s) are not what they should be`, {
          hint: 'the list above says why',
        });
    });
}

function exportFolder(place: string): ExportFolder {
  if (!place.startsWith('s3://')) return localExports(place);
  return bucketExports(new BucketFiles({ client: new S3Client({}), ...parseS3Url(place) }));
}

function namesOf(id: string, flags: EraseFlags, config: Config): TenantNames {
  if (!isCustomerTenantId(id)) {
    throw new AppError('USAGE', 'not the id of a tenant', {
      expected: 'lower-case letters, digits and hyphens',
      got: JSON.stringify(id),
      hint: 'reserved tenants are rows of the totals and cannot be erased',
    });
  }
  const namespaces = config.tenants.find((tenant) => tenant.id === id)?.namespaces ?? [];
  const ids = config.tenants.map((tenant) => tenant.id);
  return new TenantNames(id, [...namespaces, ...(flags.also ?? [])], ids, flags.keepMentions !== true);
}

/** What is erased is gone: a tenant whose lines still come, or a command given by accident, is refused. */
function mustBeMeant(id: string, flags: EraseFlags, config: Config): void {
  const registered = config.tenants.find((tenant) => tenant.id === id);
  if (registered !== undefined && registered.status !== 'offboarded') {
    throw new AppError('PERMISSION_DENIED', 'the tenant is not offboarded', {
      where: `tenant ${id}`,
      expected: 'status: offboarded',
      got: `status: ${registered.status}`,
      hint: 'its lines would come again; stop its agents and set the status in the registry first',
    });
  }
  if (flags.yes !== true) {
    throw new AppError('USAGE', 'an erasure cannot be undone', {
      expected: '--yes, or --dry-run to see what would go',
      got: 'neither',
    });
  }
  const signed = flags.signingKey ?? config.erasure.signing_key;
  if (signed === undefined && flags.unsigned !== true) {
    throw new AppError('USAGE', 'nothing to sign the record with', {
      expected: '--signing-key, erasure.signing_key in tenantscope.yaml, or --unsigned',
      got: 'none of them',
      hint: 'make a key with: openssl genpkey -algorithm ed25519 -out erasure.pem',
    });
  }
}

function formatErasure(id: string, summary: ErasureSummary, dryRun: boolean): string {
  const { events, platform, ledger, ids, quarantine, versions, kept, earlier, record } = summary;
  const done = dryRun ? 'would be ' : '';
  const lines: string[] = [];
  if (!dryRun && record === undefined) lines.push(`nothing of ${id} is left to erase`);
  else {
    lines.push(
      `${events.objects} objects (${events.lines} lines, ${byteText(events.bytes)}): ${done}removed`,
      `${quarantine.removed} quarantined records: ${done}removed; ${quarantine.changed} with others' lines: ${done}kept without its own`,
      `${ids} identities of expired lines: ${done}removed`,
      `${ledger.rows} rows in ${ledger.files} files of the ledger: ${done}counted as _erased, samples and heartbeats ${done}removed`,
      `${platform.rows} events of the platform in ${platform.objects} objects: ${done}kept without it`,
      `${summary.journal} entries of the import journal and ${summary.log} of the ledger's log: ${done}kept without it`,
    );
  }
  for (const [name, { versions: count, bytes, locked }] of Object.entries(versions)) {
    lines.push(`${name}: ${count} versions (${byteText(bytes)}): ${done}removed`);
    if (locked.length > 0)
      lines.push(`  ${locked.length} are locked and stay, until ${lastOf(locked) ?? 'their hold is lifted'}`);
  }
  if (kept.length > 0) {
    lines.push(`${kept.length} files of billing exports name it and stay, as what was invoiced must:`);
    for (const { path, until } of kept.slice(0, 20)) lines.push(`  ${path} until ${until}`);
    if (kept.length > 20) lines.push(`  and ${kept.length - 20} more: see --json`);
  }
  for (const { at, record: path } of earlier) lines.push(`erased before, ${at}: ${path}`);
  if (record !== undefined)
    lines.push(
      `every total of the ledger is as before; record: ${record.path}${record.signed ? ', signed' : ', not signed'}`,
    );
  return lines.join('\n');
}

function lastOf(locked: readonly { readonly until: string | undefined }[]): string | undefined {
  const dates = locked.map(({ until }) => until);
  return dates.includes(undefined) ? undefined : dates.sort().at(-1);
}
