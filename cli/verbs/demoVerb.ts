import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { formatFindings } from '../../alerts/index.js';
import { exportPeriod, formatExport, localHome } from '../../billing/index.js';
import { runDelivery, simulate } from '../../ingest/index.js';
import { AppError, type Config, HOUR_MS, registryOf } from '../../model/index.js';
import {
  buildLedger,
  findReport,
  formatReconcile,
  formatReport,
  parseParameters,
  reconcile,
  runReport,
  watermark,
} from '../../queries/index.js';
import { exportRequest } from '../billParts.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dashboardData } from '../dashboardData.js';
import { detectIn } from '../detectIn.js';
import { formatDelivery } from '../formatDelivery.js';
import { loadConfig } from '../loadConfig.js';
import { progressLine } from '../progress.js';
import { withEngine } from '../withEngine.js';
import { writePage } from '../writePage.js';
import { formatLedgerBuild } from './ledgerVerb.js';

/** The demo's day is fixed, so that it prints the same figures on every machine and every date. */
const DEMO_END = Date.parse('2026-11-24T00:00:00.000Z');
const DEMO_PERIOD = '2026-11';

/** `tenantscope demo`: the main job from lines to a named tenant, a report, a bill and a page. */
export function addDemoVerb(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('simulate fifteen tenants, one of them noisy, and do the whole job on them')
    .option('--out <dir>', 'where everything goes; an earlier demo there is replaced', 'tenantscope-demo')
    .addHelpText('after', '\nExamples:\n  tenantscope demo\n  tenantscope demo --out /tmp/demo')
    .action(async (flags: { out: string }) => runDemo(flags.out, context));
}

async function runDemo(out: string, context: CliContext): Promise<void> {
  const begun = context.clock();
  const paths = {
    simulation: join(out, 'simulation'),
    lake: join(out, 'lake'),
    billing: join(out, 'billing'),
    page: join(out, 'tenantscope.html'),
  };
  // Only what a demo makes is removed: a folder given by mistake keeps everything else.
  for (const path of Object.values(paths)) await rm(path, { recursive: true, force: true });

  printNote(context, '1/6  simulating a music-streaming SaaS: 15 tenants, 28 days of thin history, one full day');
  const simulated = await simulate(
    {
      scenario: 'noisy-dynamodb',
      tenants: 15,
      hours: 24,
      historyHours: 28 * 24,
      seed: 1,
      end: DEMO_END,
      aggregate: false,
      duplicates: 0.02,
      late: false,
      hostile: true,
    },
    { dir: paths.simulation },
  );
  const configFile = join(paths.simulation, 'tenantscope.yaml');
  const config: Config = await loadConfig({ config: configFile, lake: paths.lake }, context);

  printNote(context, `2/6  sending ${simulated.records} records through the transform into the lake`);
  const progress = progressLine(context);
  const delivered = await runDelivery({
    inputs: [join(paths.simulation, 'records')],
    lake: config.lake,
    registry: registryOf(config),
    trust: config.identity.trust,
    platformStream: config.identity.platform_stream,
    stream: 'tenantscope-local',
    clock: context.clock,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    signal: context.signal,
    onProgress: (state) => progress.update(`${state.records} records`),
  });
  progress.end();
  printNote(context, indent(formatDelivery(delivered)));

  printNote(context, '3/6  booking the usage ledger, and reconciling it with the lake');
  const settings = { lake: config.lake, memoryMb: config.engine.memory_mb, threads: config.engine.threads };
  printNote(context, indent(formatLedgerBuild(await buildLedger({ ...settings, clock: context.clock }))));
  const reconciled = await reconcile(settings);
  if (!reconciled.ok) throw new AppError('CHECK_FAILED', `the demo does not reconcile\n${formatReconcile(reconciled)}`);
  printNote(context, indent(`reconciled: ${reconciled.checks.length} checks, all equal`));

  await withEngine(config, context, async (engine) => {
    const { dataThrough } = await watermark(engine);
    if (dataThrough === null) throw new AppError('LAKE_EMPTY', 'the demo booked nothing');
    const window = { start: dataThrough - 24 * HOUR_MS, end: dataThrough };

    printNote(context, '4/6  answering a saved report, and looking for tenants out of line');
    const report = findReport('tenant-share');
    const parameters = parseParameters(report, ['service=DynamoDB', 'top=5'], { window });
    const shares = formatReport(await runReport(engine, report, parameters), 'table');
    const findings = await detectIn(engine, config, window, context.signal);

    printNote(context, `5/6  rating ${DEMO_PERIOD} so far`);
    const about = { engine, config, flags: { period: DEMO_PERIOD }, home: localHome(paths.billing) };
    const cards = [config.rate_card];
    const { request, end } = exportRequest({ ...about, cards, signingKey: undefined }, context);
    const bill = await exportPeriod(request).finally(end);

    printNote(context, '6/6  writing the page');
    const week = { start: window.end - 7 * 24 * HOUR_MS, end: window.end };
    const flags = ` --config ${configFile} --lake ${paths.lake}`;
    const page = { window, alsoWindows: [week], findings, bill, reconciled, flags };
    await writePage(await dashboardData(engine, config, page), paths.page, context);

    const seconds = ((context.clock() - begun) / 1000).toFixed(1);
    printData(
      context,
      [
        '',
        shares.trimEnd(),
        '',
        formatFindings(findings).trimEnd(),
        '',
        formatExport(bill),
        '',
        `Done in ${seconds} s. Where things are:`,
        `  ${paths.page}  the page; open it in a browser`,
        `  ${bill.folder}  the bill, a FOCUS package`,
        `  ${paths.lake}  the lake: events, quarantine, ledger`,
        `  ${paths.simulation}  the records, their registry and the truth they were made from`,
        '',
        'What to type next:',
        `  npx tenantscope report run tenant-usage-by-day --config ${configFile} --lake ${paths.lake} --param tenant_id=acme --last 7d`,
        `  npx tenantscope detect --config ${configFile} --lake ${paths.lake} --json`,
        `  npx tenantscope reconcile --lake ${paths.lake}`,
        '  npx tenantscope init    # then your own records: tenantscope run --input ./records --lake ./lake',
      ].join('\n'),
    );
  });
}

function indent(text: string): string {
  return text.replace(/^/gm, '     ');
}
