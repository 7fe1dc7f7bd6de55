import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { machineName } from '../../../queries/engines/duckdb/abandonedSpill.js';
import { makeSpillFolder, removeSpillFolder } from '../../../queries/engines/duckdb/spillFolder.js';
import { spillLimit } from '../../../queries/engines/duckdb/spillLimit.js';
import { reaped } from '../../reaped.js';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

it('a lake that may only be read spills into the temporary folder, and any other failure is told', async () => {
  for (const code of ['EACCES', 'EPERM', 'EROFS']) {
    const folder = await makeSpillFolder('/lake', failing(code));
    expect(dirname(folder)).toBe(tmpdir());
    await removeSpillFolder(folder);
    expect(existsSync(folder)).toBe(false);
  }
  await expect(makeSpillFolder('/lake', failing('ENOSPC'))).rejects.toThrow('ENOSPC');
});

it('what a killed process spilled is removed by the next; of one that runs, or of another machine, nothing is: it stayed for good', async () => {
  const lake = mkdtempSync(join(tmpdir(), 'spill-'));
  const own = await makeSpillFolder(lake);
  const child = reaped(spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' }));
  const [, , machine = ''] = basename(own).split('-');
  const named = (pid: number | undefined, on: string) => `duckdb-${pid}-${on}-00000000-0000-4000-8000-000000000000`;
  const ofChild = named(child.pid, machine);
  const elsewhere = named(child.pid, machine === '00000000' ? '11111111' : '00000000');
  // A process of this one's id that this one is not: it was there before this one began, or it is another engine of this one.
  const before = named(process.pid, machine);
  const older = 'duckdb-00000000-0000-4000-8000-000000000000';
  for (const name of [ofChild, elsewhere, before, older, 'import-1']) {
    mkdirSync(join(lake, '.staging', name));
    writeFileSync(join(lake, '.staging', name, 'duckdb_temp_storage_DEFAULT-0.tmp'), 'spilled');
  }
  const left = () => readdirSync(join(lake, '.staging')).sort();
  await removeSpillFolder(await makeSpillFolder(lake));
  expect(left()).toEqual([basename(own), ofChild, elsewhere, before, older, 'import-1'].sort());

  child.kill('SIGKILL');
  await once(child, 'close');
  const long = new Date(performance.timeOrigin - 60_000);
  utimesSync(join(lake, '.staging', before), long, long);
  await removeSpillFolder(await makeSpillFolder(lake));
  expect(left()).toEqual([basename(own), elsewhere, older, 'import-1'].sort());
  await removeSpillFolder(own);
  rmSync(lake, { recursive: true });
});

it('containers of one host name on two kernels are two machines, however alike those number them: their folders in use were taken for abandoned', () => {
  const name = (processes: string, kernel: string) => machineName('tenantscope-0', processes, kernel);
  const container = 'pid:[4026532514]';
  expect(name(container, 'a')).toBe(name(container, 'a'));
  expect(new Set([name(container, 'a'), name(container, 'b'), name('pid:[4026532515]', 'a')]).size).toBe(3);
  // What a killed command left on a machine itself is known again after a restart of the machine.
  expect(name('pid:[4026531836]', 'a')).toBe(name('pid:[4026531836]', 'b'));
});

it('a folder that is just being made is none that was abandoned, whatever the clock of the disk', async () => {
  const lake = mkdtempSync(join(tmpdir(), 'spill-'));
  const long = new Date(performance.timeOrigin - 60_000);
  const [one, other] = await Promise.all([
    makeSpillFolder(lake, async (folder) => {
      mkdirSync(folder, { recursive: true });
      utimesSync(folder, long, long);
      await removeSpillFolder(await makeSpillFolder(lake));
    }),
    makeSpillFolder(lake),
  ]);
  expect([one, other].map(existsSync)).toEqual([true, true]);
  for (const folder of [one, other]) await removeSpillFolder(folder);
  rmSync(lake, { recursive: true });
});

it('never may all be spilled that the disk has free', async () => {
  expect(await spillLimit(tmpdir(), 1)).toEqual({ bytes: 1_000_000, from: 'setting' });
  const disk = await spillLimit(tmpdir(), undefined);
  expect(disk.from).toBe('disk');
  expect(await spillLimit(tmpdir(), 2 ** 40)).toMatchObject({ from: 'disk' });
});
