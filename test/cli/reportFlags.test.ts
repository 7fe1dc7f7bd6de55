import { describe, expect, it } from 'vitest';
import { byteText, readByteSize } from '../../cli/byteSize.js';
import { paintFor } from '../../cli/colour.js';
import { readTimeout, withDeadline } from '../../cli/deadline.js';
import { principalOf, requireAllowed } from '../../cli/principal.js';
import { reuseFlags } from '../../cli/reuseFlag.js';
import { AppError } from '../../model/index.js';
import { fakeContext } from './fakeContext.js';

describe('a size', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['10GB', 10_000_000_000],
    ['10 gb', 10_000_000_000],
    ['1.5TB', 1_500_000_000_000],
    ['512MiB', 536_870_912],
    ['2K', 2_000],
    ['2KiB', 2_048],
    ['7B', 7],
  ])('%j is %d bytes', (text, bytes) => {
    expect(readByteSize('--max-bytes', text)).toBe(bytes);
  });

  it.each(['', 'GB', '-1', '1e9', '10XB', '1,5GB', '10GBs', '5i', '999999999999PB', 'Infinity'])(
    '%j is refused',
    (text) => {
      expect(() => readByteSize('--max-bytes', text)).toThrow(/--max-bytes is not usable: expected a size such as/);
    },
  );

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [12_345_678, '12.3 MB'],
    [5e15, '5.0 PB'],
  ])('%d bytes read as %j', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });
});

describe('--timeout', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
  ])('%j is %d ms', (text, ms) => {
    expect(readTimeout('--timeout', text)).toBe(ms);
  });

  it.each(['', '30', '0s', '-5m', '1.5h', '25h', '1d'])('%j is refused', (text) => {
    expect(() => readTimeout('--timeout', text)).toThrow(/--timeout is not usable/);
  });

  it('ends the work, however that puts it, with TIMED_OUT; not what ended for another reason', async () => {
    const stopped = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    const context = fakeContext();
    await expect(withDeadline(context, 5, ({ signal }) => stopped(signal))).rejects.toMatchObject({
      code: 'TIMED_OUT',
    });
    await expect(withDeadline(context, 60_000, () => Promise.reject(new Error('other')))).rejects.toThrow('other');
    expect(await withDeadline(context, 60_000, async () => 7)).toBe(7);
    expect(await withDeadline(context, undefined, async ({ signal }) => signal)).toBe(context.signal);
    const interrupted = withDeadline(context, 60_000, ({ signal }) => stopped(signal));
    context.controller.abort(new AppError('INTERRUPTED', 'interrupted'));
    await expect(interrupted).rejects.toThrow('stopped');
  });
});

describe('--reuse', () => {
  it('goes to Athena in minutes, and is none elsewhere', () => {
    const athena = { engine: 'athena' as never };
    expect(reuseFlags({ ...athena, reuse: '60m' })).toMatchObject({ athenaReuse: '60' });
    expect(reuseFlags({ ...athena, reuse: '7d' })).toMatchObject({ athenaReuse: '10080' });
    expect(reuseFlags({ ...athena, reuse: 'none' })).toMatchObject({ athenaReuse: '0' });
    expect(reuseFlags({ engine: 'duckdb', reuse: 'none' })).toEqual({ engine: 'duckdb', reuse: 'none' });
    expect(reuseFlags(athena)).toBe(athena);
    expect(() => reuseFlags({ engine: 'trino', reuse: '60m' })).toThrow(/this engine keeps no results/);
    for (const reuse of ['', '60', '8d', 'always'])
      expect(() => reuseFlags({ ...athena, reuse })).toThrow(/--reuse is not usable/);
  });
});

describe('colour', () => {
  const painted = (env: Record<string, string>, terminal: boolean, color?: boolean): boolean =>
    paintFor(fakeContext({ env, terminal }), color === undefined ? {} : { color })('bold', 'x') !== 'x';

  it('is for terminals, unless somebody says never or always', () => {
    expect(painted({}, true)).toBe(true);
    expect(painted({}, false)).toBe(false);
    expect(painted({ NO_COLOR: '' }, true)).toBe(true);
    expect(painted({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(painted({ FORCE_COLOR: '0' }, false)).toBe(false);
    for (const never of [{ NO_COLOR: '1' }, { TENANTSCOPE_NO_COLOR: '1' }, { TERM: 'dumb' }] as Record<
      string,
      string
    >[]) {
      expect(painted(never, true)).toBe(false);
      expect(painted({ ...never, FORCE_COLOR: '1' }, true)).toBe(false);
    }
    expect(painted({ FORCE_COLOR: '1' }, true, false)).toBe(false);
  });
});

describe('a principal', () => {
  const as = (asTenant: string | undefined, fixed?: string) =>
    principalOf(
      asTenant === undefined ? {} : { asTenant },
      fakeContext({ env: fixed === undefined ? {} : { TENANTSCOPE_TENANT: fixed } }),
    );

  it('is who the flag or the variable says, and no flag widens the variable', () => {
    expect(as(undefined)).toBeUndefined();
    expect(as('acme')).toBe('acme');
    expect(as(undefined, 'acme')).toBe('acme');
    expect(as('acme', 'acme')).toBe('acme');
    expect(() => as('globex', 'acme')).toThrow(/held to another tenant/);
  });

  it.each(['', '_shared', '_unknown', 'ACME', 'acme,globex', '*', "acme'", ' acme', 'a/../b'])('is never %j', (id) => {
    expect(() => as(id)).toThrow(/--as-tenant is not usable/);
    expect(() => as(undefined, id)).toThrow(/TENANTSCOPE_TENANT: not the id of a tenant/);
    expect(() => as('acme', id)).toThrow(/not the id of a tenant/);
  });

  it('by the variable runs its reports and nothing else', () => {
    const held = fakeContext({ env: { TENANTSCOPE_TENANT: 'acme' } });
    for (const command of ['report list', 'report show', 'report run', 'report explain'])
      expect(() => requireAllowed(command, held)).not.toThrow();
    for (const command of [
      'detect',
      'bill export',
      'report lint',
      'report fetch',
      'report new',
      'ledger build',
      'init',
      'demo',
      '',
    ])
      expect(() => requireAllowed(command, held)).toThrow(/more than one tenant's data/);
    expect(() => requireAllowed('detect', fakeContext())).not.toThrow();
  });
});
