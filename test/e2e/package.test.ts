import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksOf } from '../docs/findBrokenLinks.js';

/** Of the package without its dependencies, as it is downloaded. */
const MOST_BYTES = 2_000_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function packed(...flags: readonly string[]): Packed {
  const text = execFileSync('npm', ['pack', '--ignore-scripts', '--json', ...flags], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [found]: readonly Packed[] = JSON.parse(text);
  if (found === undefined) throw new Error('npm pack says nothing');
  return found;
}

describe('the package', () => {
  const { size, files } = packed('--dry-run');
  const paths = files.map(({ path }) => path);

  it('is small without its dependencies', () => {
    expect(size, 'leave out what no user needs: files in package.json').toBeLessThan(MOST_BYTES);
  });

  it('has the command, the saved reports and macros it reads, the docs and the licence', () => {
    for (const path of [
      'package.json',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'dist/cli/main.js',
      'dist/queries/catalogue/tenant-share.sql',
      'dist/queries/engines/duckdb/trinoMacros.sql',
      'dist/queries/dialect/trinoGrammar.cjs',
      'docs/reference/cli.md',
    ])
      expect(paths).toContain(path);
  });

  it('has no sources, tests, benchmarks, build scripts, nor the CDK app, which is deployed from the repository', () => {
    const ours = /^(?:test|bench|scripts)\/|^dist\/(?:bench|infra|scripts|test|lambda[^/]*|\.[^/]*)\//;
    expect(paths.filter((path) => ours.test(path))).toEqual([]);
    // Of what runs in a clone alone, only how to run it there.
    expect(paths.filter((path) => path.startsWith('examples/music-saas/'))).toEqual(['examples/music-saas/README.md']);
    expect(paths.filter((path) => path.endsWith('.ts'))).toEqual([]);
  });
});

describe('the pages of the package', () => {
  const { files } = packed('--dry-run');
  const paths = files.map(({ path }) => path);

  it.each(paths.filter((path) => path.endsWith('.md')))('%s leads to what is in it', (page) => {
    const targets = linksOf(readFileSync(join(ROOT, page), 'utf8'))
      .map(({ target }) => target.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/i.test(target))
      .map((target) => normalize(join(dirname(page), target)));
    expect(
      targets.filter((target) => !paths.includes(target)),
      'ship it, or name it without a link',
    ).toEqual([]);
  });
});

describe('the package, where nothing else of the project is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantscope-package-'));
  const [home, empty] = [join(folder, 'package'), join(folder, 'empty')];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    const { filename } = packed('--pack-destination', folder);
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
    mkdirSync(empty);
    // What npm would install beside it, and nothing that only this repository has.
    const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(dependencies)) {
      const link = join(home, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link, 'dir');
    }
  });

  const run = (...args: readonly string[]): string => {
    const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { bin: { tenantscope: string } };
    const command = join(home, bin.tenantscope);
    return execFileSync(process.execPath, [command, ...args], { cwd: empty, encoding: 'utf8', stdio: 'pipe' });
  };

  it('runs', () => {
    expect(run('--version').trim()).toMatch(/^\d+\.\d+\.\d+/);
    expect(run('report', 'list')).toContain('tenant-share');
    run('init');
    expect(readFileSync(join(empty, 'tenantscope.yaml'), 'utf8')).toContain('tenants');
  });

  it('does the job: records to a lake, a ledger, reports that Trino’s grammar reads, and a page with its script', () => {
    const simulated = ['--tenants', '3', '--hours', '1', '--history', '1d', '--out', 'simulated'];
    run('simulate', ...simulated);
    const at = ['--config', 'simulated/tenantscope.yaml', '--lake', 'lake'];
    run('run', '--input', 'simulated/records', ...at);
    run('ledger', 'build', ...at);
    run('report', 'lint');
    expect(run('report', 'run', 'top-tenants', ...at, '--last', '24h')).toContain('DynamoDB');
    run('dashboard', 'build', ...at, '--out', 'page.html');
    expect(readFileSync(join(empty, 'page.html'), 'utf8')).toContain('with Apache ECharts');
  });
});
