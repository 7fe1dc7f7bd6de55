import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  type Channel,
  DELIVERY_STATES,
  type DeliveryRow,
  deliverDue,
  listDeliveries,
  readDelivery,
  resend,
  testMessages,
} from '../../alerts/index.js';
import { AppError, parseDuration } from '../../model/index.js';
import { dryStore } from '../../queries/index.js';
import { channelCalled, channelsOf, deliverParts, deliveryStore } from '../alertParts.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { oneOf } from '../oneOf.js';
import { printable } from '../printable.js';
import { besideJson, printJson } from '../printJson.js';
import { wholeNumber } from '../wholeNumber.js';

interface ListFlags extends ConfigFlags {
  readonly state?: string;
  readonly last: string;
  readonly json?: true;
}

interface ResendFlags extends ConfigFlags {
  readonly dryRun?: true;
  readonly json?: true;
}

interface TestFlags extends ConfigFlags {
  readonly hold: string;
  readonly json?: true;
}

/** `tenantscope alerts test|deliveries|resend`: whether alerts arrive, and what became of them. */
export function addAlertsVerb(program: Command, context: CliContext): void {
  const alerts =
    program.commands.find((command) => command.name() === 'alerts') ??
    program.command('alerts').description('judge usage, keep incidents, tell of them, and see whether that arrives');
  alerts
    .command('test <channel>')
    .description('send a message that says that it is a test, and resolve it')
    .option('--hold <seconds>', 'leave it open so long: Alertmanager passes on only what outlives its group_wait', '0')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'both outcomes as JSON')
    .addHelpText(
      'after',
      '\nEnds with 1 when it did not arrive.\n\nExamples:\n  tenantscope alerts test on-call\n  tenantscope alerts test cluster --hold 60',
    )
    .action((name: string, flags: TestFlags) => test(name, flags, context));
  alerts
    .command('deliveries')
    .description('what was sent where, what waits, and what failed and why')
    .option('--state <state>', `only these: ${DELIVERY_STATES.join(', ')}`)
    .option('--last <duration>', 'enqueued in this time, up to now, and all that wait', '7d')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope alerts deliveries\n  tenantscope alerts deliveries --state failed --last 30d --json',
    )
    .action((flags: ListFlags) => list(flags, context));
  alerts
    .command('resend <id>')
    .description('send a delivery that failed, or that is gone at its receiver, once more')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--dry-run', 'say whether it can be sent again, and send nothing')
    .option('--json', 'what became of it as JSON on stdout')
    .addHelpText(
      'after',
      '\nIt keeps its id, so a receiver that has it drops the copy. Ends with 1 when it did not arrive.\n\nExamples:\n  tenantscope alerts resend 5f1c9a7e02b44d10:3',
    )
    .action((id: string, flags: ResendFlags) => again(id, flags, context));
}

async function test(name: string, flags: TestFlags, context: CliContext): Promise<void> {
  const hold = wholeNumber('--hold', flags.hold, 0, 3600);
  const config = await loadConfig(flags, context);
  const channel = channelCalled(name, await channelsOf(config, besideJson(context, flags)));
  const { environment } = config.alerts;
  const messages = testMessages(name, context.clock(), environment, randomBytes(4).toString('hex'));
  const opened = await sendTest(channel, messages.opened);
  if (opened.kind === 'sent' && hold > 0) {
    printNote(context, `open for ${hold} s`);
    await sleep(hold * 1000, undefined, { signal: context.signal }).catch(() => undefined);
  }
  const resolved = await sendTest(channel, messages.resolved);
  const say = (step: string, outcome: typeof opened): string =>
    printable(`${step}: ${outcome.kind === 'sent' ? `sent (${outcome.receipt})` : `not sent: ${outcome.reason}`}`);
  if (flags.json === true) printJson(context, { channel: name, opened, resolved });
  else printData(context, [say('test', opened), say('resolution', resolved)].join('\n'));
  if (opened.kind === 'sent' && resolved.kind === 'sent') return;
  throw new AppError('CHECK_FAILED', `the test did not arrive through ${name}`, {
    hint: 'mend what the lines above say, and run it again',
  });
}

const sendTest = (channel: Channel, message: ReturnType<typeof testMessages>['opened']) =>
  channel.send(message, { id: message.id, repeated: false });

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const state = flags.state === undefined ? undefined : oneOf('--state', flags.state, DELIVERY_STATES);
  const span = parseDuration(flags.last);
  if (span === undefined)
    throw new AppError('USAGE', '--last is not usable', { expected: 'a duration such as 24h or 7d', got: flags.last });
  const config = await loadConfig(flags, context);
  const rows = await listDeliveries(await deliveryStore(config, context), context.clock() - span);
  const shown = rows.filter((row) => state === undefined || row.state === state);
  if (flags.json === true) printJson(context, shown);
  else if (shown.length === 0) printNote(context, `no deliveries in the last ${flags.last}`);
  else printData(context, shown.map(lineOf).join('\n'));
}

function lineOf(row: DeliveryRow): string {
  const next = row.next_at === null ? '' : `, next ${row.next_at.slice(0, 19)}Z`;
  const tries = row.attempts === 1 ? '1 try' : `${row.attempts} tries`;
  const detail = row.detail === '' ? '' : `: ${row.detail}`;
  return printable(
    `${row.created_at.slice(0, 19)}Z ${row.state.padEnd(10)} ${row.channel.padEnd(12)} ${row.severity.padEnd(6)} ${row.event.padEnd(9)} ${row.id}  ${row.headline ?? 'no longer kept'} (${tries}${next})${detail}`,
  );
}

async function again(id: string, flags: ResendFlags, context: CliContext): Promise<void> {
  const config = await loadConfig(flags, context);
  if (flags.dryRun === true) {
    const store = await deliveryStore(config, context, dryStore);
    const before = await readDelivery(store, id);
    await resend(id, store, context.clock());
    if (flags.json === true) printJson(context, before, { dryRun: true });
    else if (before !== undefined) printData(context, lineOf(before));
    printNote(context, `${dryPrefix(true)}it would be sent once more through ${before?.channel ?? 'its channel'}`);
    return;
  }
  const parts = await deliverParts(config, besideJson(context, flags));
  await resend(id, parts.store, context.clock());
  await deliverDue(parts);
  const row = await readDelivery(parts.store, id);
  if (flags.json === true) printJson(context, row);
  else if (row !== undefined) printData(context, lineOf(row));
  if (row?.state === 'sent' || row?.state === 'resending') return;
  throw new AppError('CHECK_FAILED', `${id} did not arrive`, {
    hint: 'it stays pending and is tried again by the next run, unless it says failed',
  });
}
