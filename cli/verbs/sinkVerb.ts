import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import {
  formatSinkPlan,
  formatSinkState,
  planSink,
  resolveRecord,
  type SinkRecord,
  type SinkState,
  SinkStore,
  sendRecords,
  sinkFiles,
  sinkPlanAsObject,
  sinkStateAsObject,
} from '../../billing/index.js';
import { AppError } from '../../model/index.js';
import { describeCompleteness, dryStore, holdLease } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { mustBeFolder } from '../mustBeFolder.js';
import { printJson } from '../printJson.js';
import { type CalledSink, senderOf, sinkCalled } from '../sinkParts.js';
import { withEngine } from '../withEngine.js';
import { writeFolder } from '../writeFolder.js';

const LEASE_MS = 120_000;

interface SinkFlags extends ConfigFlags {
  readonly sinks: string;
  readonly json?: true;
}

interface SendFlags extends SinkFlags {
  readonly out?: string;
  readonly dryRun?: true;
  readonly begin?: true;
}

interface ResolveFlags extends SinkFlags {
  readonly as: 'sent' | 'unsent';
  readonly dryRun?: true;
}

/** `tenantscope sink send|status|resolve`: usage to whoever bills by it. */
export function addSinkVerb(program: Command, context: CliContext): void {
  const sink = program.command('sink').description('send usage to who bills by it: Stripe, AWS Marketplace');
  const common = (command: Command): Command =>
    command
      .option('--sinks <file>', 'file of the sinks', 'sinks.yaml')
      .option('--lake <dir>', 'the lake')
      .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
      .option('--json', 'as JSON on stdout');
  common(sink.command('send <sink>').description('send the usage of windows that are over, once'))
    .option('--out <dir>', 'write the records as files instead, for whoever sends them')
    .option('--begin', 'nothing was ever sent to this sink: begin to remember')
    .option('--dry-run', 'say what would be sent; nothing is sent or remembered')
    .addHelpText(
      'after',
      '\nRun it as often as you like: what was sent is not sent again. Ends with 1 while records are refused or wait.\n\nExamples:\n  tenantscope sink send stripe --lake ./lake --begin\n  tenantscope sink send stripe --lake ./lake\n  tenantscope sink send marketplace --sinks prod-sinks.yaml --dry-run\n  tenantscope sink send marketplace --out ./metering',
    )
    .action((name: string, flags: SendFlags) => send(name, flags, context));
  common(sink.command('status <sink>').description('how far a sink is, what is carried, what waits and why'))
    .addHelpText('after', '\nExamples:\n  tenantscope sink status stripe --json')
    .action(async (name: string, flags: SinkFlags) => {
      const config = await loadConfig(flags, context);
      const { objects } = await sinkCalled(name, flags.sinks, config);
      const state = await new SinkStore(objects, name).read();
      printState(state, flags, context);
    });
  common(sink.command('resolve <sink> <id>').description('settle a record that was refused, or may have arrived'))
    .addOption(
      new Option('--as <what>', 'sent: it is there; unsent: it is not, send it again')
        .choices(['sent', 'unsent'])
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'show what would be remembered, and change nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope sink resolve stripe ts-5f1c… --as sent --dry-run\n  tenantscope sink resolve stripe ts-5f1c… --as sent',
    )
    .action((name: string, id: string, flags: ResolveFlags) => resolve(name, id, flags, context));
}

async function send(name: string, flags: SendFlags, context: CliContext): Promise<void> {
  mustBeFolder(flags.out, 'files of records');
  const config = await loadConfig(flags, context);
  const called = await sinkCalled(name, flags.sinks, config);
  const { settings, objects } = called;
  if (flags.dryRun === true) {
    const state = await new SinkStore(objects, name).read();
    const plan = await withEngine(config, context, (engine) =>
      planSink(engine, name, settings, state, context.clock()),
    );
    if (flags.json === true) printJson(context, sinkPlanAsObject(plan), { dryRun: true });
    else printData(context, formatSinkPlan(plan));
    return;
  }
  // Before anything is planned: a key that is missing must not cost an attempt.
  const sender = flags.out === undefined ? await senderOf(settings, config, context) : undefined;
  const state = await withEngine(config, context, (engine) =>
    alone(called, name, context, async (store) => {
      const before = await store.read();
      mustRemember(name, before, flags.begin === true, called);
      const plan = await planSink(engine, name, settings, before, context.clock());
      await store.write(plan.state);
      const planned = { start: before?.through ?? plan.state.start, end: plan.state.through };
      if (planned.start < planned.end)
        printNote(context, `completeness of what is new: ${await describeCompleteness(engine, planned)}`);
      if (plan.unmapped.length > 0)
        printNote(
          context,
          `not sent, no customer: ${plan.unmapped.length} tenants (${plan.unmapped.slice(0, 5).join(', ')})`,
        );
      if (sender === undefined) return handOver(name, settings, store, plan.state, flags.out ?? '', context);
      const result = await sendRecords(
        {
          store,
          sender,
          clock: context.clock,
          random: Math.random,
          sleep: (ms) => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined),
          signal: context.signal,
        },
        plan.state,
      );
      printNote(context, `${result.sent} sent, ${result.rejected} refused, ${result.pending} wait`);
      return result.state;
    }),
  );
  printState(state, flags, context);
  if (state.records.length === 0) return;
  throw new AppError('CHECK_FAILED', `${state.records.length} records of ${name} are not settled`, {
    hint: 'those that wait are sent by the next run; the others by: tenantscope sink resolve',
  });
}

/**
 * Files first, memory second: a run that dies between writes the same files again. Records that were sent and may have arrived stay
 * where they are: whoever sends the files might count them twice.
 */
async function handOver(
  name: string,
  settings: CalledSink['settings'],
  store: SinkStore,
  state: SinkState,
  out: string,
  context: CliContext,
): Promise<SinkState> {
  const isDue = (record: SinkRecord): boolean => record.state === 'pending' && record.first_attempt === null;
  const due = state.records.filter(isDue);
  const files = sinkFiles(name, settings, due, state.logged + 1);
  await writeFolder(out, files);
  const logged = await store.log(
    state,
    due.map((record) => ({ ...record, receipt: 'written to a file' })),
  );
  const next = { ...logged, records: state.records.filter((record) => !isDue(record)) };
  await store.write(next);
  printNote(context, `${due.length} records in ${files.size} files in ${out}`);
  return next;
}

async function resolve(name: string, id: string, flags: ResolveFlags, context: CliContext): Promise<void> {
  const config = await loadConfig(flags, context);
  const real = await sinkCalled(name, flags.sinks, config);
  const called = flags.dryRun === true ? { ...real, objects: dryStore(real.objects) } : real;
  const state = await alone(called, name, context, async (store) => {
    const found = await store.read();
    if (found === undefined) throw new AppError('INPUT_NOT_FOUND', 'nothing was sent to this sink yet', { got: name });
    return resolveRecord(store, found, id, flags.as);
  });
  const dryRun = flags.dryRun === true;
  printState(state, flags, context, dryRun);
  if (dryRun) printNote(context, `${dryPrefix(dryRun)}above is how it would stand`);
}

/** A mistyped place must not look like a sink that has sent nothing: all would be sent again. */
function mustRemember(name: string, state: SinkState | undefined, begin: boolean, { objects }: CalledSink): void {
  if (begin === (state === undefined)) return;
  throw begin
    ? new AppError('USAGE', '--begin is for a sink that has sent nothing', {
        where: objects.name,
        got: `a state of ${name}`,
      })
    : new AppError('INPUT_NOT_FOUND', `nothing is remembered of ${name}`, {
        where: objects.name,
        expected: 'what an earlier run wrote',
        got: 'nothing',
        hint: 'check state in the file of the sinks; if nothing was ever sent, run it with --begin',
      });
}

function alone<T>(
  { objects: store }: CalledSink,
  name: string,
  context: CliContext,
  work: (store: SinkStore) => Promise<T>,
): Promise<T> {
  const sink = new SinkStore(store, name);
  return holdLease(
    {
      store,
      key: sink.leaseKey,
      owner: `sink ${name} ${process.pid} ${randomUUID().slice(0, 8)}`,
      doing: 'at work on this sink',
      ttlMs: LEASE_MS,
      clock: context.clock,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    },
    () => work(sink),
  );
}

function printState(state: SinkState | undefined, flags: SinkFlags, context: CliContext, dryRun = false): void {
  if (flags.json === true) printJson(context, sinkStateAsObject(state), { dryRun });
  else printData(context, formatSinkState(state));
}
