import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './tenantscope.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/music-saas/', import.meta.url));
const folder = temporaryFolder();
const out = join(folder.path, 'music');
let said = '';
beforeAll(async () => {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'America/St_Johns', NO_COLOR: '1' };
  const run = promisify(execFile)(process.execPath, [join(EXAMPLE, 'run.mjs'), '--out', out], {
    cwd: folder.path,
    env,
  });
  said = (await run).stdout;
});
afterAll(() => folder.remove());

/** Lines of the README's shown output. */
function shownLines(): readonly string[] {
  const blocks = readFileSync(join(EXAMPLE, 'README.md'), 'utf8').matchAll(/```text\n(.*?)```/gs);
  return [...blocks].flatMap(([, block = '']) => block.trimEnd().split('\n'));
}

describe('examples/music-saas', () => {
  it('says what its README shows, to the digit', () => {
    expect(shownLines().length).toBeGreaterThan(15);
    // A line may go on in the run: the README leaves off what is long.
    expect(shownLines().filter((line) => !said.includes(`\n${line}`))).toEqual([]);
    expect(said).toContain('The excess is operation Scan (100 %).');
    expect(said).toContain('warning: 11 more tenants are not shown; raise top');
  });

  it('accepts and reconciles every line, the worker’s under the tenants it worked for', () => {
    expect(said).toContain('accepted, 0 quarantined');
    expect(said.match(/^equal {4}/gm)).toHaveLength(6);
    // Only the worker updates items: 15 of them, one for each of 15 tenants.
    expect(said).toMatch(/^write_units +WriteUnits +2 +UpdateItem +15 +15 +15 /m);
  });

  it('leaves what the three people need: an incident that is acknowledged, and a package that was verified', () => {
    expect(said).toMatch(/^acme\/DynamoDB\/up \(\w+\): open, acknowledged$/m);
    expect(said).toMatch(/version=0001: verified$/m);
    expect(existsSync(join(out, 'deploy/opus/fluent-bit.yaml'))).toBe(true);
  });
});
