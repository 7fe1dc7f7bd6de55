import { Command } from 'commander';
import type { CliContext } from './CliContext.js';
import { packageVersion } from './packageVersion.js';
import { requireAllowed } from './principal.js';
import { addAlertsJobVerbs } from './verbs/alertsJobVerbs.js';
import { addAlertsVerb } from './verbs/alertsVerb.js';
import { addAllocateVerb } from './verbs/allocateVerb.js';
import { addBacktestVerb } from './verbs/backtestVerb.js';
import { addBillVerb } from './verbs/billVerb.js';
import { addCanaryVerb } from './verbs/canaryVerb.js';
import { addCollectorVerb } from './verbs/collectorVerb.js';
import { addDashboardVerb } from './verbs/dashboardVerb.js';
import { addDemoVerb } from './verbs/demoVerb.js';
import { addDetectVerb } from './verbs/detectVerb.js';
import { addImportVerb } from './verbs/importVerb.js';
import { addIncidentVerb } from './verbs/incidentVerb.js';
import { addInitVerb } from './verbs/initVerb.js';
import { addLakeVerb } from './verbs/lakeVerb.js';
import { addLedgerVerb } from './verbs/ledgerVerb.js';
import { addMarginVerb } from './verbs/marginVerb.js';
import { addPlanVerb } from './verbs/planVerb.js';
import { addRatesVerb } from './verbs/ratesVerb.js';
import { addReconcileVerb } from './verbs/reconcileVerb.js';
import { addReplayVerb } from './verbs/replayVerb.js';
import { addReportVerb } from './verbs/reportVerb.js';
import { addRunVerb } from './verbs/runVerb.js';
import { addServeVerb } from './verbs/serveVerb.js';
import { addSidecarVerb } from './verbs/sidecarVerb.js';
import { addSilenceVerb } from './verbs/silenceVerb.js';
import { addSimulateVerb } from './verbs/simulateVerb.js';
import { addSinkVerb } from './verbs/sinkVerb.js';
import { addTapVerb } from './verbs/tapVerb.js';
import { addTenantVerb } from './verbs/tenantVerb.js';
import { addVetVerb } from './verbs/vetVerb.js';

/** The whole command line. Output goes through the context; nothing here ends the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command('tenantscope');
  program
    .description('who consumed how much of every shared resource, who is out of line, and what they owe')
    .version(packageVersion())
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  for (const add of [
    addDemoVerb,
    addInitVerb,
    addVetVerb,
    addTenantVerb,
    addSidecarVerb,
    addCollectorVerb,
    addSimulateVerb,
    addRunVerb,
    addImportVerb,
    addTapVerb,
    addCanaryVerb,
    addReplayVerb,
    addLedgerVerb,
    addLakeVerb,
    addReconcileVerb,
    addReportVerb,
    addDetectVerb,
    addIncidentVerb,
    addSilenceVerb,
    addBacktestVerb,
    addAlertsVerb,
    addAlertsJobVerbs,
    addPlanVerb,
    addRatesVerb,
    addBillVerb,
    addAllocateVerb,
    addMarginVerb,
    addSinkVerb,
    addDashboardVerb,
    addServeVerb,
  ]) {
    add(program, context);
  }
  // A process that is held to one tenant runs nothing else, whatever verb comes later.
  program.hook('preAction', (_, command) => requireAllowed(pathOf(command), context));
  inheritSettings(program);
  return program;
}

function pathOf(command: Command): string {
  const names = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

// commander copies settings to subcommands when they are made; those made before would exit the process themselves.
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command).option('--debug', 'show the stack of an error');
    inheritSettings(child);
  }
}
