import type { Command } from 'commander';
import type { CliContext } from './CliContext.js';

/** Puts a verb with all below it into the command line. `programFor` makes the command line that other arguments call. */
type AddVerb = (
  program: Command,
  context: CliContext,
  programFor: (args: readonly string[]) => Promise<Command>,
) => void;

/** What a verb is for, in the order the help lists them. */
export const VERB_GROUPS = {
  start: 'Begin:',
  agents: 'Tenants, their agents, their cloud:',
  records: 'Records in:',
  lake: 'Lake and ledger:',
  answers: 'Answers:',
  alerts: 'Who is out of line:',
  money: 'Money:',
} as const;

/** One verb of the first level. */
export interface Verb {
  readonly name: string;
  readonly group: keyof typeof VERB_GROUPS;
  /** The verb's own description, word for word: the help of the whole command shows it without loading the verb. */
  readonly summary: string;
  /** Loads the verb's modules, and all that those need: hundreds of milliseconds, so only for the verb that is called. */
  readonly load: () => Promise<readonly AddVerb[]>;
}

/** Every verb of the first level, by name. A new verb is one entry here. */
export const VERBS: readonly Verb[] = [
  {
    name: 'alerts',
    group: 'alerts',
    summary: 'judge usage, keep incidents, tell of them, and see whether that arrives',
    load: async () => [
      (await import('./verbs/alertsVerb.js')).addAlertsVerb,
      (await import('./verbs/alertsJobVerbs.js')).addAlertsJobVerbs,
    ],
  },
  {
    name: 'allocate',
    group: 'money',
    summary: "split the cloud's bill over tenants by metered share",
    load: async () => [(await import('./verbs/allocateVerb.js')).addAllocateVerb],
  },
  {
    name: 'backtest',
    group: 'alerts',
    summary: 'replay usage from a file or a lake as if live: what would have been found, opened, paged and closed',
    load: async () => [(await import('./verbs/backtestVerb.js')).addBacktestVerb],
  },
  {
    name: 'bill',
    group: 'money',
    summary: 'billing exports: what tenants owe, and why',
    load: async () => [(await import('./verbs/billVerb.js')).addBillVerb],
  },
  {
    name: 'canary',
    group: 'records',
    summary: 'write numbered lines as tenant _canary, and measure loss, duplication and lag until they can be queried',
    load: async () => [(await import('./verbs/canaryVerb.js')).addCanaryVerb],
  },
  {
    name: 'collector',
    group: 'agents',
    summary: 'render the node-level collector (DaemonSet): tenants from namespace labels, no credentials in their pods',
    load: async () => [(await import('./verbs/collectorVerb.js')).addCollectorVerb],
  },
  {
    name: 'completion',
    group: 'start',
    summary: 'the script by which bash, zsh or fish completes verbs, flags, tenants, services and reports',
    load: async () => [(await import('./verbs/completionVerb.js')).addCompletionVerb],
  },
  {
    name: 'config',
    group: 'start',
    summary: 'the configuration that is in force',
    load: async () => [(await import('./verbs/configVerb.js')).addConfigVerb],
  },
  {
    name: 'dashboard',
    group: 'answers',
    summary: 'the page operators look at, and its data',
    load: async () => [
      (await import('./verbs/dashboardVerb.js')).addDashboardVerb,
      (await import('./verbs/grafanaVerb.js')).addGrafanaVerb,
    ],
  },
  {
    name: 'demo',
    group: 'start',
    summary: 'simulate fifteen tenants, one of them noisy, and do the whole job on them',
    load: async () => [(await import('./verbs/demoVerb.js')).addDemoVerb],
  },
  {
    name: 'detect',
    group: 'alerts',
    summary: 'name the tenants that are far out of line with their peers, and why',
    load: async () => [(await import('./verbs/detectVerb.js')).addDetectVerb],
  },
  {
    name: 'doctor',
    group: 'start',
    summary: 'what is wrong with this machine and project, and how to mend it',
    load: async () => [(await import('./verbs/doctorVerb.js')).addDoctorVerb],
  },
  {
    name: 'import',
    group: 'records',
    summary: 'bring other sources into the lake or the platform stream; tenants are found by tenants[].resources',
    load: async () => [(await import('./verbs/importVerb.js')).addImportVerb],
  },
  {
    name: 'incident',
    group: 'alerts',
    summary: 'incidents: what is open, and what people say of it',
    load: async () => [(await import('./verbs/incidentVerb.js')).addIncidentVerb],
  },
  {
    name: 'init',
    group: 'start',
    summary: 'write a commented tenantscope.yaml',
    load: async () => [(await import('./verbs/initVerb.js')).addInitVerb],
  },
  {
    name: 'lake',
    group: 'lake',
    summary: 'compaction, retention and state of the lake',
    load: async () => [(await import('./verbs/lakeVerb.js')).addLakeVerb],
  },
  {
    name: 'ledger',
    group: 'lake',
    summary: 'the usage ledger',
    load: async () => [(await import('./verbs/ledgerVerb.js')).addLedgerVerb],
  },
  {
    name: 'margin',
    group: 'money',
    summary: 'what each tenant is billed, less what it cost',
    load: async () => [(await import('./verbs/marginVerb.js')).addMarginVerb],
  },
  {
    name: 'plan',
    group: 'agents',
    summary: 'what a deployment on AWS creates, which limits it comes near, what it costs a month',
    load: async () => [(await import('./verbs/planVerb.js')).addPlanVerb],
  },
  {
    name: 'quota',
    group: 'agents',
    summary: 'shared limits of AWS and of metered services: used by whom, and what breaks first as tenants grow',
    load: async () => [(await import('./verbs/quotaVerb.js')).addQuotaVerb],
  },
  {
    name: 'rates',
    group: 'money',
    summary: 'rate cards: what tenants are billed for',
    load: async () => [(await import('./verbs/ratesVerb.js')).addRatesVerb],
  },
  {
    name: 'reconcile',
    group: 'lake',
    summary: 'prove that records in = records accounted for, and that the ledger equals the lake',
    load: async () => [(await import('./verbs/reconcileVerb.js')).addReconcileVerb],
  },
  {
    name: 'replay',
    group: 'records',
    summary: 'send quarantined records through the transform again; those that would fail again stay',
    load: async () => [(await import('./verbs/replayVerb.js')).addReplayVerb],
  },
  {
    name: 'report',
    group: 'answers',
    summary: 'saved reports',
    load: async () => [(await import('./verbs/reportVerb.js')).addReportVerb],
  },
  {
    name: 'run',
    group: 'records',
    summary: 'send records through the transform into the lake',
    load: async () => [(await import('./verbs/runVerb.js')).addRunVerb],
  },
  {
    name: 'serve',
    group: 'answers',
    summary: 'the page operators look at, on this machine, with live data; and /metrics for Prometheus',
    load: async () => [(await import('./verbs/serveVerb.js')).addServeVerb],
  },
  {
    name: 'sidecar',
    group: 'agents',
    summary: 'render and check the Fluent Bit sidecar of a tenant or a shared namespace',
    load: async () => [(await import('./verbs/sidecarVerb.js')).addSidecarVerb],
  },
  {
    name: 'silence',
    group: 'alerts',
    summary: 'what is not sent, by whose word, and until when',
    load: async () => [(await import('./verbs/silenceVerb.js')).addSilenceVerb],
  },
  {
    name: 'simulate',
    group: 'records',
    summary: 'write simulated records, their registry and the exact truth of what was consumed',
    load: async () => [(await import('./verbs/simulateVerb.js')).addSimulateVerb],
  },
  {
    name: 'sink',
    group: 'money',
    summary: 'send usage to who bills by it: Stripe, AWS Marketplace',
    load: async () => [(await import('./verbs/sinkVerb.js')).addSinkVerb],
  },
  {
    name: 'tap',
    group: 'records',
    summary: 'follow a live Kinesis stream: whose lines come, and what would be quarantined',
    load: async () => [(await import('./verbs/tapVerb.js')).addTapVerb],
  },
  {
    name: 'tenant',
    group: 'agents',
    summary: 'register, change, move and offboard tenants, list them, and erase them from the lake',
    load: async () => [(await import('./verbs/tenantVerb.js')).addTenantVerb],
  },
  {
    name: 'vet',
    group: 'start',
    summary: 'check configuration files; every problem at once, as file:line:column',
    load: async () => [(await import('./verbs/vetVerb.js')).addVetVerb],
  },
];
