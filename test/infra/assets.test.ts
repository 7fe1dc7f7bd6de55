import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, FileSystem, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/buildApp.js';
import { stageJobs } from '../../infra/jobs/stageJobs.js';
import { settingsOf } from './synthesise.js';

/** What a bundle's script prints: a line for each folder it has made. */
interface Bundled {
  readonly folder: string;
  readonly packages: readonly string[];
}

const root = mkdtempSync(join(tmpdir(), 'assets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The app over bundles that were built in a folder of that name. */
function built(name: string) {
  const folder = join(root, name);
  const bundle = (script: string, out: string): readonly Bundled[] =>
    execFileSync(process.execPath, [`scripts/${script}.mjs`, join(folder, out)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Bundled);
  const bundles = ['Lambda transform', 'Jobs jobs', 'Lifecycle lifecycle'].flatMap((made) => {
    const [script = '', out = ''] = made.split(' ');
    return bundle(`bundle${script}`, out);
  });
  // With the table, so that the function that follows it is there.
  const settings = settingsOf({ cells: [{ id: 'gold' }], tenants: { table: true } }, 'plans: [{ id: pro }]\n');
  // As infra/main.ts puts it together.
  const transform = join(folder, 'staged-transform');
  cpSync(join(folder, 'transform'), transform, { recursive: true });
  writeFileSync(join(transform, 'tenantscope.yaml'), settings.configText);
  const jobs = stageJobs({ settings, bundles: join(folder, 'jobs'), out: join(folder, 'staged-jobs'), root: '.' });
  const lifecycle = join(folder, 'lifecycle');
  const parts = { settings, bundle: transform, jobs, lifecycle, version: '1' };
  const app = buildApp({ ...parts, app: { outdir: join(folder, 'cdk.out') } });
  return { bundles, staged: [transform, ...Object.values(jobs), lifecycle], functions: functionsOf(app) };
}

/** Hash of the asset of every function of every stack, by the function's name. */
function functionsOf(app: App): Readonly<Record<string, string>> {
  const stacks = app.node.children.filter((child): child is Stack => child instanceof Stack);
  return Object.fromEntries(
    stacks.flatMap((stack) =>
      Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(([id, resource]) => {
        const { Code } = (resource as { Properties: { Code: { S3Key?: string } } }).Properties;
        return [`${stack.stackName}/${id}`, Code.S3Key?.replace('.zip', '') ?? 'no asset'];
      }),
    ),
  );
}

const first = built('first');

describe('every function of the app', () => {
  it('has an asset that the same sources give again, whatever folder they are built in', () => {
    const second = built('a/second/build');
    expect(Object.keys(first.functions).length).toBeGreaterThanOrEqual(6);
    expect(second.functions).toEqual(first.functions);
  });

  it('is of a bundle that is known here, whose packages are checked', () => {
    const hashes = new Set(Object.values(first.functions));
    expect(hashes).not.toContain('no asset');
    const known = first.staged.map((folder) => FileSystem.fingerprint(folder));
    // What the CDK calls an asset's hash is that of its folder's content.
    expect([...hashes].filter((hash) => !known.includes(hash))).toEqual([]);
    expect(first.bundles).toHaveLength(first.staged.length);
  });

  it('carries no dev dependency, and nothing that package.json does not bring', () => {
    const { packages }: { readonly packages: Readonly<Record<string, { readonly dev?: boolean }>> } = JSON.parse(
      readFileSync('package-lock.json', 'utf8'),
    );
    const shipped = new Set(
      Object.entries(packages).flatMap(([path, { dev }]) => {
        const name = /.*node_modules\/(.+)$/.exec(path)?.[1];
        return name === undefined || dev === true ? [] : [name];
      }),
    );
    expect(shipped).not.toContain('esbuild');
    for (const { packages: contained } of first.bundles) {
      expect(contained.length).toBeGreaterThan(3);
      expect(contained.filter((name) => !shipped.has(name))).toEqual([]);
    }
    // What is put beside a bundle as it is.
    for (const folder of first.staged.map((staged) => join(staged, 'node_modules'))) {
      if (!existsSync(folder)) continue;
      const beside = readdirSync(folder).flatMap((scope) =>
        readdirSync(join(folder, scope)).map((name) => `${scope}/${name}`),
      );
      expect(beside.length).toBeGreaterThan(0);
      expect(beside.filter((name) => !shipped.has(name))).toEqual([]);
    }
  });
});
