import { describe, expect, it } from 'vitest';
import { printNote } from '../../cli/CliContext.js';
import { progressLine } from '../../cli/progress.js';
import { fakeContext } from './fakeContext.js';

async function shown(options: Parameters<typeof fakeContext>[0], flags: object, part?: number): Promise<string> {
  const context = fakeContext(options);
  const line = progressLine({ ...context, ...flags });
  context.wait(10_000);
  line.update('half of it', part);
  line.end();
  await new Promise(setImmediate);
  return context.written().stderr;
}

describe('progressLine', () => {
  it('rewrites one line of a terminal, and takes it away', async () => {
    expect(await shown({ terminal: true }, {})).toBe('\r\u001b[2Khalf of it\r\u001b[2K');
  });

  it('says about how long the rest takes at the pace so far', async () => {
    expect(await shown({ terminal: true }, {}, 0.5)).toContain('half of it, about 10 s left');
    expect(await shown({ terminal: true }, {}, 0)).not.toContain('left');
    expect(await shown({ terminal: true }, {}, Number.NaN)).not.toContain('left');
  });

  it('is silent where stderr is no terminal, unless it is asked for', async () => {
    expect(await shown({}, {})).toBe('');
    expect(await shown({}, { progress: true }, 0.25)).toBe('half of it, about 30 s left\n');
  });

  it('writes plain lines on a dumb terminal', async () => {
    expect(await shown({ terminal: true, env: { TERM: 'dumb' } }, {})).toBe('half of it\n');
  });

  it('is silent with --quiet, whatever else is asked for', async () => {
    expect(await shown({ terminal: true }, { quiet: true, progress: true })).toBe('');
  });
});

describe('printNote', () => {
  it('leaves warnings with --quiet, and nothing else', async () => {
    const context = fakeContext();
    for (const text of ['wrote it', 'warning: an hour is missing']) printNote({ ...context, quiet: true }, text);
    await new Promise(setImmediate);
    expect(context.written().stderr).toBe('warning: an hour is missing\n');
  });
});
