import { once } from 'node:events';
import type { Command } from 'commander';
import { CALLER_NAMES } from '../../dashboard/index.js';
import { checkLake } from '../../queries/index.js';
import { answerRequest, LiveReading, reasonOf, startServer } from '../../serve/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { readTimeout } from '../deadline.js';
import { addListenFlags, type ListenFlags, listenAddress } from '../listenFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { oneOf } from '../oneOf.js';
import { packageVersion } from '../packageVersion.js';
import { printable } from '../printable.js';
import { printJsonNow } from '../printJson.js';
import { readServed } from '../readServed.js';
import { wholeNumber } from '../wholeNumber.js';
import { addWindowFlags, type WindowFlags } from '../windowFlags.js';

const PORT = 8787;
/** A series of its own for each of them, in every meter: more is what a report is for. */
const MOST_TOP_TENANTS = 200;

/** An open page asks no more often than this, seconds. */
const LEAST_ASKING_S = 5;

type ServeFlags = ConfigFlags &
  WindowFlags &
  ListenFlags & {
    readonly refresh: string;
    readonly topTenants: string;
    readonly callers?: string;
    readonly json?: true;
  };

/** `tenantscope serve`: the page, with live data. */
export function addServeVerb(program: Command, context: CliContext): void {
  const serve = program
    .command('serve')
    .description('the page operators look at, on this machine, with live data; and /metrics for Prometheus')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--refresh <time>', 'read again when what is shown is older: 30s, 5m, 1h', '60s')
    .option('--top-tenants <number>', 'tenants of each service that /metrics names; the others count as _other', '20')
    .option(
      '--callers <how>',
      "users in a tenant's view: named, numbered, or none, which reads no lines (default: numbered)",
    )
    .option('--json', 'the address as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe ledger is read, not built: let `tenantscope alerts run` or `ledger build` run beside it. Ctrl-C ends it.\n\nExamples:\n  tenantscope serve --lake ./lake\n  tenantscope serve --lake ./lake --port 0 --last 7d\n  tenantscope serve --lake ./lake --host 0.0.0.0 --allow-remote --allow-host tenantscope.monitoring.svc',
    );
  addWindowFlags(serve);
  addListenFlags(serve, PORT);
  serve.action((flags: ServeFlags) => serveUntilStopped(flags, context));
}

async function serveUntilStopped(flags: ServeFlags, context: CliContext): Promise<void> {
  const address = listenAddress(flags);
  const topTenants = wholeNumber('--top-tenants', flags.topTenants, 0, MOST_TOP_TENANTS);
  if (flags.callers !== undefined) oneOf('--callers', flags.callers, CALLER_NAMES);
  const refreshMs = readTimeout('--refresh', flags.refresh);
  // A mistyped path or a broken file is said now, and not as a page.
  await checkLake((await loadConfig(flags, context)).lake);
  let failed = false;
  const live = new LiveReading({
    read: () => readServed(flags, Math.max(LEAST_ASKING_S, Math.ceil(refreshMs / 1000)), context),
    clock: context.clock,
    refreshMs,
    ended: ({ failure }) => {
      if (failure !== null && !context.signal.aborted)
        printNote(context, printable(`warning: the lake was not read: ${reasonOf(failure.error)}`));
      else if (failed) printNote(context, 'the lake is read again');
      failed = failure !== null;
    },
  });
  const parts = {
    current: () => live.current(),
    allowedHosts: address.allowedHosts,
    refreshMs,
    metrics: { version: packageVersion(), nodeVersion: process.versions.node, topTenants },
    clock: context.clock,
  };
  const server = await startServer(address, (asked) => answerRequest(asked, parts));
  if (address.remote)
    printNote(context, `warning: whoever reaches ${server.url} sees every tenant's usage: there is no login`);
  if (flags.json === true) printJsonNow(context, { url: server.url, port: server.port });
  else printData(context, server.url);
  printNote(context, 'Ctrl-C ends it');
  live.current();
  if (!context.signal.aborted) await once(context.signal, 'abort');
  await server.stop();
  await live.close();
}
