import { readdirSync, readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createWholeProgram } from '../../cli/createProgram.js';
import { NO_JSON } from '../../cli/jsonEnvelope.js';
import { runCli } from '../../cli/runCli.js';
import { examplesOf } from '../../cli/VerbCommand.js';
import { commandTree } from './commandTree.js';
import { callsIn } from './exampleCommands.js';
import { fakeContext } from './fakeContext.js';

/** Verbs that change, send or bill something: each can say beforehand what it would do. */
const DRY_RUN = [
  ...['alerts rebuild', 'alerts resend', 'alerts run', 'allocate', 'bill close', 'bill export'],
  ...[
    'import alb',
    'import cloudfront',
    'import cloudtrail',
    'import cloudwatch-logs',
    'import kubelet',
    'import logs',
  ],
  ...['import s3-access', 'incident ack', 'incident feedback', 'incident resolve', 'lake compact', 'lake retain'],
  ...['ledger build', 'ledger maintain', 'ledger rebuild', 'replay', 'report run', 'report schedule run', 'run'],
  ...['silence add', 'silence expire', 'sink resolve', 'sink send', 'tenant add', 'tenant change', 'tenant erase'],
  ...['tenant import', 'tenant move', 'tenant offboard', 'tenant resume', 'tenant suspend'],
];

/** Verbs that write or send without `--dry-run`, and why. */
const NO_DRY_RUN: Readonly<Record<string, string>> = {
  'alerts test': 'is itself the trial: what it sends says so',
  canary: 'what it writes is the measurement, as tenant _canary, billed to nobody',
  'collector render': 'prints; writes the file named by --out and nothing else',
  'dashboard build': 'writes the page named by --out and nothing else',
  'dashboard grafana': 'prints; writes the folder named by --out and nothing else',
  demo: 'writes its own folder and nothing else',
  'import cloudwatch-metrics': 'asking CloudWatch is what is billed, and a trial would ask as much',
  'incident show': 'prints; writes the picture named by --picture and nothing else',
  init: 'writes one new file, and refuses to replace one',
  'report fetch': 'prints; writes the file named by --out and nothing else',
  'report new': 'writes one new file, and refuses to replace one',
  'sidecar render': 'prints; writes the file named by --out and nothing else',
  simulate: 'writes the folder named by --out, and refuses one that is not empty',
};

/** Verbs that change nothing but a temporary folder. */
const READS = [
  ...['alerts deliveries', 'backtest', 'bill diff', 'bill lineage', 'bill periods', 'bill simulate', 'bill verify'],
  ...['completion', 'config show', 'dashboard data', 'detect', 'doctor', 'incident list', 'incident precision'],
  ...['lake status', 'ledger verify', 'margin', 'plan', 'quota', 'rates show', 'rates vet', 'reconcile'],
  ...['report explain', 'report lint', 'report list', 'report schedule list', 'report show', 'report status'],
  ...['serve', 'sidecar verify', 'silence list', 'sink status', 'tap', 'tenant erasures', 'tenant list', 'tenant show'],
  'vet',
];

const tree = await commandTree();
const leaves = tree.filter(({ isLeaf }) => isLeaf);
const has = (path: string, flag: string): boolean =>
  tree.find((one) => one.path === path)?.command.options.some(({ long }) => long === flag) === true;

/** Parses a call with the program itself; no verb is run. Returns what the program says against it. */
async function refusalOf(args: readonly string[]): Promise<string | undefined> {
  const context = fakeContext();
  const program = await createWholeProgram(context);
  const disarm = (command: typeof program): void => {
    if (command.commands.length === 0) command.action(() => undefined);
    for (const child of command.commands) disarm(child as typeof program);
  };
  disarm(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return `${context.written().stderr}${String(error)}`;
  }
}

describe('every verb', () => {
  it.each(tree.map(({ path, command }) => [path, command] as const))(
    '%s has help that leads with examples',
    (path, command) => {
      const examples = examplesOf(command);
      expect(examples, `give ${path} a text with Examples: by addHelpText('after', …)`).not.toEqual([]);
      const help = command.helpInformation();
      expect(help.indexOf('Examples:'), help).toBeGreaterThan(0);
      expect(help.indexOf('Examples:')).toBeLessThan(help.indexOf('Options:'));
      expect(command.description(), `describe ${path}`).not.toBe('');
    },
  );

  it.each(leaves.map(({ path, command }) => [path, command] as const))(
    '%s shows only examples that it takes',
    async (path, command) => {
      for (const line of examplesOf(command)) {
        for (const args of callsIn(line))
          expect(await refusalOf(args), `an example of ${path}: ${line}`).toBeUndefined();
      }
      const own = examplesOf(command)
        .flatMap(callsIn)
        .filter((args) => args.join(' ').startsWith(path));
      expect(own, `of the examples of ${path}, one must call it`).not.toEqual([]);
    },
  );

  it.each(leaves.map(({ path }) => path))('%s has --json, --quiet and --debug', (path) => {
    for (const flag of ['--quiet', '--progress', '--debug'])
      expect(has(path, flag), `${path} has no ${flag}`).toBe(true);
    const excused = Object.hasOwn(NO_JSON, path);
    expect(
      has(path, '--json') || excused,
      `give ${path} --json, or say in NO_JSON of cli/jsonEnvelope.ts why it has none`,
    ).toBe(true);
  });

  it.each(leaves.map(({ path }) => path))('%s says beforehand what it would do, or has a reason not to', (path) => {
    const listed = [DRY_RUN.includes(path), Object.hasOwn(NO_DRY_RUN, path), READS.includes(path)];
    expect(
      listed.filter(Boolean).length,
      `name ${path} once: in DRY_RUN, in NO_DRY_RUN with a reason, or in READS of this test`,
    ).toBe(1);
    expect(has(path, '--dry-run'), `${path} --dry-run`).toBe(listed[0]);
    const asks = tree.find((one) => one.path === path)?.command.options.some(({ long }) => long === '--yes') === true;
    expect(asks && !has(path, '--dry-run'), `${path} has --yes, so it needs --dry-run as well`).toBe(false);
  });

  it('names no verb in these lists that is not there', () => {
    const named = [...DRY_RUN, ...Object.keys(NO_DRY_RUN), ...READS, ...Object.keys(NO_JSON)];
    expect(named.filter((path) => !leaves.some((leaf) => leaf.path === path))).toEqual([]);
  });

  it('describes every flag and argument it takes', () => {
    for (const { path, command } of tree) {
      for (const option of command.options) expect(option.description, `${path} ${option.flags}`).not.toBe('');
    }
  });

  it('fits a terminal of forty columns, but for examples and addresses', () => {
    for (const { path, command } of tree) {
      command.configureOutput({ getOutHelpWidth: () => 40 });
      const [, ...rest] = command.helpInformation().split(/\n\n(?=Options:|Arguments:|Commands:)/);
      for (const line of rest.join('\n').split('\n')) {
        const wrappable = line.trim().split(/\s+/).length > 1 && !/^ {2}\S/.test(line);
        expect(wrappable && line.length > 40, `${path}: ${line}`).toBe(false);
      }
    }
  });
});

describe('help of a mistyped', () => {
  it.each([
    [['help', 'raport'], 'report'],
    [['report', 'help', 'rnu'], 'run'],
    [['help', 'report', 'rnu'], 'run'],
    [['help', 'report', 'schedule', 'lst'], 'list'],
  ] as const)('%j is answered with the nearest', async (args, near) => {
    const context = fakeContext();
    expect(await runCli(args, context)).toBe(64);
    expect(context.written()).toEqual({ stdout: '', stderr: expect.stringContaining(`did you mean ${near}?`) });
  });

  it.each([[['help']], [['help', 'report']], [['report', 'help', 'run']], [['report', '--help']]] as const)(
    '%j prints help',
    async (args) => {
      const context = fakeContext();
      expect(await runCli(args, context)).toBe(0);
      expect(context.written().stdout).toContain('Usage: tenantscope');
    },
  );
});

describe('help of a command', () => {
  it.each([
    [['help', 'report'], 'tenantscope report [options]'],
    [['help', 'report', 'run'], 'tenantscope report run [options]'],
    [['help', 'report', 'schedule', 'list'], 'tenantscope report schedule list'],
    [['report', 'help', 'schedule', 'list'], 'tenantscope report schedule list'],
    [['help', 'report', 'run', 'tenant-share'], 'tenantscope report run [options]'],
  ] as const)('%j is its own (regression: of the one above it)', async (args, usage) => {
    const context = fakeContext();
    expect(await runCli(args, context)).toBe(0);
    expect(context.written().stdout).toContain(`Usage: ${usage}`);
  });

  it('answers a far-off word with what there is', async () => {
    const context = fakeContext();
    expect(await runCli(['help', 'report', 'raport'], context)).toBe(64);
    expect(context.written().stderr).toMatch(/no such command: expected one of .*run.*tenantscope report --help/s);
  });
});

describe('a mistyped', () => {
  it.each([
    ['verb', ['raport', 'list'], 'report'],
    ['verb of the second level', ['report', 'rnu', 'tenant-share'], 'run'],
    ['verb of the third level', ['report', 'schedule', 'lst'], 'list'],
    ['flag', ['report', 'run', 'tenant-share', '--servce', 'S3'], '--service'],
    ['flag of the program', ['--vresion'], '--version'],
  ] as const)('%s is answered with the nearest', async (_, args, near) => {
    expect(await refusalOf(args)).toContain(`Did you mean ${near}?`);
  });
});

/** Lines of cli/ with `JSON.stringify` that neither quote what came in an error nor print an answer, and why. */
const OWN_JSON: Readonly<Record<string, string>> = {
  'cli/printJson.ts': 'prints every answer',
  'cli/readServed.ts': 'is served as /data.json',
  'cli/requireTenant.ts': 'quotes a name in a warning',
  'cli/verbs/configVerb.ts': 'a cell of the table people read',
  'cli/verbs/tenantVerb.ts': 'a line of the text people read',
};

it('leaves the form of JSON on stdout to printJson', () => {
  const files = [...readdirSync('cli'), ...readdirSync('cli/verbs').map((name) => `verbs/${name}`)]
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `cli/${name}`);
  const lines = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('JSON.stringify') && !/\bgot: JSON\.stringify\(/.test(line))
      .map((line) => ({ file, line: line.trim() })),
  );
  expect(
    lines.filter(({ file }) => !Object.hasOwn(OWN_JSON, file)),
    'print with printJson of cli/printJson.ts: docs/json.md',
  ).toEqual([]);
  expect(Object.keys(OWN_JSON).filter((file) => !lines.some((one) => one.file === file))).toEqual([]);
});
