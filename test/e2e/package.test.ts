import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Of the package without its dependencies, as it is downloaded. */
const MOST_BYTES = 2_000_000;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

function packed(): Packed {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const text = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [found]: readonly Packed[] = JSON.parse(text);
  if (found === undefined) throw new Error('npm pack says nothing');
  return found;
}

describe('the package', () => {
  const { size, files } = packed();
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

  it('has no sources, tests, benchmarks or build scripts', () => {
    expect(
      paths.filter((path) => /^(?:test|bench|scripts|examples)\/|^dist\/(?:bench|scripts|test)\//.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
  });
});
