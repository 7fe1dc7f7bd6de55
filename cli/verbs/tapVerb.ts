import type { Command } from 'commander';
import { followStream, type StartingPoint, type TappedLine, tapLines } from '../../ingest/index.js';
import { AppError, isTenantId, parseDuration, registryOf } from '../../model/index.js';
import { type CliContext, printLine, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printable } from '../printable.js';
import { jsonLine } from '../printJson.js';
import { warnUnknown } from '../requireTenant.js';
import { WAITING } from '../streamTargetFor.js';

interface TapFlags extends ConfigFlags {
  readonly stream: string;
  readonly tenant?: string;
  readonly redact?: true;
  readonly from: string;
  readonly json?: true;
}

/** `tenantscope tap`: follows a live stream. */
export function addTapVerb(program: Command, context: CliContext): void {
  program
    .command('tap')
    .description('follow a live Kinesis stream: whose lines come, and what would be quarantined')
    .requiredOption('--stream <name>', 'the Kinesis data stream')
    .option('--tenant <id>', 'only lines of this tenant (reserved ones too: _unknown, _shared)')
    .option('--redact', 'without keys, tokens, passwords, mail addresses and card numbers')
    .option('--from <when>', 'latest, oldest, a time (2026-11-24T10:00Z) or how long ago (30m)', 'latest')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nReading takes from the five reads a second of each shard, which Firehose shares. Ctrl-C ends it.\n\nExamples:\n  tenantscope tap --stream cell-1 --tenant acme --redact\n  tenantscope tap --stream cell-1 --from 30m --json | jq -r .reason',
    )
    .action(async (flags: TapFlags) => {
      if (flags.tenant !== undefined && !isTenantId(flags.tenant)) {
        throw new AppError('USAGE', '--tenant is not a tenant id', { got: JSON.stringify(flags.tenant) });
      }
      const config = await loadConfig(flags, context);
      warnUnknown(flags, config, context);
      const filter = {
        ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
        redact: flags.redact === true,
        registry: registryOf(config),
        trust: config.identity.trust,
        onPlatformStream: flags.stream === config.identity.platform_stream,
      };
      const from = startingPoint(flags.from, context.clock());
      const { KinesisClient } = await import('@aws-sdk/client-kinesis');
      const client = new KinesisClient({ maxAttempts: 1 });
      printNote(context, `following ${flags.stream}; Ctrl-C ends it`);
      let lines = 0;
      for await (const record of followStream({
        client,
        stream: flags.stream,
        from,
        signal: context.signal,
        ...WAITING,
      })) {
        for (const line of tapLines(record, filter)) {
          lines += 1;
          await printLine(context, flags.json === true ? jsonLine(line) : formatLine(line));
        }
      }
      printNote(context, `${lines} lines`);
    });
}

function formatLine({ arrival, tenant_id, reason, pod, container, text }: TappedLine): string {
  const who = tenant_id ?? `(${reason})`;
  const where = pod === undefined ? '' : ` ${pod}${container === undefined ? '' : `/${container}`}`;
  return printable(`${arrival} ${who}${where} ${text}`);
}

function startingPoint(text: string, now: number): StartingPoint {
  if (text === 'latest' || text === 'oldest') return { kind: text };
  const ago = parseDuration(text);
  const time = ago === undefined ? Date.parse(text) : now - ago;
  if (Number.isNaN(time) || !/^\d/.test(text)) {
    throw new AppError('USAGE', '--from is not usable', {
      expected: 'latest, oldest, a UTC time such as 2026-11-24T10:00Z, or a duration such as 30m',
      got: JSON.stringify(text),
    });
  }
  return { kind: 'at', time };
}
