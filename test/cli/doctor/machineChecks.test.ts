import { describe, expect, it } from 'vitest';
import { formatChecks } from '../../../cli/doctor/Check.js';
import { type Machine, machineChecks } from '../../../cli/doctor/machineChecks.js';
import { AppError } from '../../../model/index.js';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const WELL: Machine = {
  nodeVersion: '22.11.0',
  clock: () => NOW,
  steadyClock: () => NOW - 2_000,
  fluentBit: async () => 'Fluent Bit v4.2.2\nGit commit: abc',
  freeBytes: async () => 50e9,
  temporary: '/tmp',
};

async function stateOf(name: string, part: Partial<Machine>, lake = './lake') {
  const checks = await machineChecks({ ...WELL, ...part }, lake);
  const found = checks.find((check) => check.name === name);
  return `${found?.state}: ${found?.found}${found?.mend === undefined ? '' : ` | ${found.mend}`}`;
}

describe('machineChecks', () => {
  it('finds nothing on a machine that is well', async () => {
    const checks = await machineChecks(WELL, './lake');
    expect(checks.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(formatChecks(checks)).toMatch(/\n\nnothing is wrong$/);
  });

  it.each([
    ['18.20.0', 'wrong'],
    ['20.19.9', 'wrong'],
    ['20.20.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('of Node %s says %s', async (nodeVersion, state) => {
    expect(await stateOf('node', { nodeVersion })).toMatch(new RegExp(`^${state}: `));
  });

  it('says that a clock was never set, and that it was set meanwhile', async () => {
    expect(await stateOf('clock', { clock: () => 0 })).toMatch(/^wrong: 1970.*set the clock/);
    expect(await stateOf('clock', { steadyClock: () => NOW + 600_000 })).toMatch(/^warning: .*was set while this ran/);
  });

  it('says when space is short, where the lake is and where builds are written', async () => {
    expect(await stateOf('disk of the lake', { freeBytes: async () => 5e8 })).toMatch(/^warning: /);
    expect(await stateOf('temporary folder', { freeBytes: async () => 5e6 })).toMatch(/^wrong: .*free some space/);
    expect(await stateOf('disk of the lake', { freeBytes: async () => 5 }, 's3://bucket/x')).toMatch(/^ok: /);
  });

  it('takes an absent Fluent Bit for what it is, and an old one for a fault', async () => {
    const absent = Object.assign(new Error('spawn fluent-bit ENOENT'), { code: 'ENOENT' });
    expect(await stateOf('fluent-bit', { fluentBit: () => Promise.reject(absent) })).toMatch(/^warning: not on PATH/);
    const denied = Object.assign(new Error('spawn fluent-bit EACCES'), { code: 'EACCES' });
    expect(await stateOf('fluent-bit', { fluentBit: () => Promise.reject(denied) })).toMatch(
      /^warning: this user may not run it/,
    );
    expect(await stateOf('fluent-bit', { fluentBit: async () => 'Fluent Bit v1.9.0' })).toMatch(/^wrong: .*too old/);
  });

  it('tells what a check met that could not be made', async () => {
    const refused = new AppError('PERMISSION_DENIED', 'not allowed', { hint: 'ask somebody' });
    expect(await stateOf('disk of the lake', { freeBytes: () => Promise.reject(refused) })).toBe(
      'wrong: not allowed | ask somebody',
    );
  });
});
