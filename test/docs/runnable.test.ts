import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaped } from '../reaped.js';
import { markdownFiles } from './markdownFiles.js';
import { isShown, readPage, unmarkedCommands } from './readPage.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tenantscope-docs-'));
const bin = join(root, 'bin');

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands as a reader would who typed them one after the other: what fails ends it. */
async function bash(commands: string, cwd: string): Promise<Ran> {
  const child = reaped(
    spawn('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd,
      detached: true,
      env: {
        PATH: `${bin}:${process.env.PATH ?? ''}`,
        HOME: cwd,
        NO_COLOR: '1',
        DEMO: join(root, 'demo'),
        TZ: 'America/St_Johns',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    'group',
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

function command(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

const pages = markdownFiles()
  .map((file) => ({ file, page: readPage(readFileSync(file, 'utf8')) }))
  .filter(({ page }) => page.blocks.length > 0);

beforeAll(async () => {
  mkdirSync(bin);
  command('tenantscope', `exec '${process.execPath}' '${MAIN}' "$@"`);
  // Nothing but the command is taken from a registry.
  command('npx', '[ "$1" = tenantscope ] || { echo "npx of $1 in the docs" >&2; exit 1; }\nexec "$@"');
  const demo = join(root, 'demo');
  mkdirSync(demo);
  const made = await bash('tenantscope demo --out . && cp simulation/tenantscope.yaml .', demo);
  expect(made.code, made.stderr).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('what the docs say can be run', () => {
  it('is marked in the pages people begin with', () => {
    const files = pages.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/billing.md', 'docs/reports.md']));
  });

  const guides = markdownFiles().filter((file) => /^(?:README|docs\/start-here|docs\/guides\/.*)\.md$/.test(file));
  it.each(guides)('is said of every block of commands in %s', (file) => {
    expect(unmarkedCommands(readFileSync(file, 'utf8')), 'mark them <!-- run --> or <!-- not run: why -->').toEqual([]);
  });

  it.each(pages.map(({ file, page }) => [file, page] as const))('%s', async (file, page) => {
    const folder = mkdtempSync(join(root, 'page-'));
    if (page.directory === 'demo') cpSync(join(root, 'demo'), folder, { recursive: true });
    for (const { line, commands, exitCode, output, notes } of page.blocks) {
      const ran = await bash(commands, folder);
      const said = `${file}:${line}\n${commands}\n-- stdout\n${ran.stdout}\n-- stderr\n${ran.stderr}`;
      expect(ran.code, said).toBe(exitCode);
      if (output !== undefined && !isShown(ran.stdout, output)) expect(ran.stdout, said).toBe(output);
      if (notes !== undefined && !isShown(ran.stderr, notes)) expect(ran.stderr, said).toBe(notes);
    }
  });
});
