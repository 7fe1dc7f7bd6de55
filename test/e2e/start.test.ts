import { describe, expect, it } from 'vitest';
import { tenantscope } from './tenantscope.js';

/** Prints the address of every module that is loaded, before it is. */
const HOOK = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent("import { writeSync } from 'node:fs';" +
  "export async function load(url, context, next) { writeSync(2, 'loaded ' + url + String.fromCharCode(10)); return next(url, context); }"));`;
const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(HOOK)}`;

/** What takes long to load, and what a whole floor would bring with it. */
const HEAVY =
  /node_modules\/(?:@duckdb|echarts|zrender|@aws-sdk|@smithy|@aws-lambda-powertools|zod|yaml|dt-sql-parser)\//;
const FLOOR = /dist\/(?:alerts|billing|charts|dashboard|fluentbit|ingest|model|planner|queries|transforms)\/index\.js/;

async function loadedBy(
  ...args: string[]
): Promise<{ readonly code: number | null; readonly modules: readonly string[] }> {
  const { code, stderr } = await tenantscope(args, { env: { NODE_OPTIONS } });
  return { code, modules: [...stderr.matchAll(/^loaded (\S+)$/gm)].map((match) => match[1] ?? '') };
}

describe('the start of the command', () => {
  it.each([
    ['--help', ['--help'], 0],
    ['--version', ['--version'], 0],
    ['help', ['help'], 0],
    ['an unknown verb', ['raport', 'run', 'tenant-share'], 64],
    ['an unknown flag', ['--hlep'], 64],
  ] as const)('loads no floor and no heavy module for %s', async (_, args, exit) => {
    const { code, modules } = await loadedBy(...args);
    expect(code).toBe(exit);
    expect(modules.some((url) => url.includes('commander'))).toBe(true);
    expect(modules.filter((url) => HEAVY.test(url) || FLOOR.test(url))).toEqual([]);
  });

  it('would see a heavy module, as a verb that is called loads one', async () => {
    const { code, modules } = await loadedBy('report', 'list');
    expect(code).toBe(0);
    expect(modules.some((url) => HEAVY.test(url))).toBe(true);
    expect(modules.some((url) => FLOOR.test(url))).toBe(true);
  });
});
