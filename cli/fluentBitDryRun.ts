import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SidecarProblem } from '../fluentbit/index.js';
import { systemCode } from '../model/index.js';

/** Fluent Bit's own check of a configuration, on a copy whose paths exist here; what it said, or the problem it found. */
export async function fluentBitDryRun(
  files: ReadonlyMap<string, string>,
  paths: { readonly config: string; readonly state: string },
): Promise<string | SidecarProblem> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantscope-dry-run-'));
  try {
    for (const name of ['fluent-bit.yaml', 'stamp.lua']) {
      const text = (files.get(name) ?? '').replaceAll(paths.config, folder).replaceAll(paths.state, folder);
      await writeFile(join(folder, name), text);
    }
    await promisify(execFile)('fluent-bit', ['--dry-run', '-c', join(folder, 'fluent-bit.yaml')], { timeout: 30_000 });
    return 'passed';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'skipped, no fluent-bit on PATH';
    const output =
      typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
    const line = output.split('\n').find((text) => text.includes('[error]')) ?? output.slice(0, 300);
    return { file: 'fluent-bit.yaml', message: `fluent-bit --dry-run refused it: ${line.trim()}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
