import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type FileSource, runImport } from '../../../ingest/index.js';
import { buildRegistry } from '../../../model/index.js';
import * as transforms from '../../../transforms/index.js';
import { albLine } from './samples.js';

vi.mock('../../../transforms/index.js', async (original) => {
  const real = await original<typeof transforms>();
  return { ...real, readSourceLine: vi.fn(real.readSourceLine) };
});

const folder = mkdtempSync(join(tmpdir(), 'once-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ownLine = (number: number): string =>
  `2026-11-23T10:00:${String(number).padStart(2, '0')}Z GET /play/${number} 200`;

it.each<[FileSource, (number: number) => string]>([
  ['logs', ownLine],
  ['alb', (number) => albLine('a.example.com', `/play/${number}`)],
])(
  'an import of %s reads each line once before it is delivered: it read lines twice, and the first ones thrice',
  async (source, line) => {
    vi.mocked(transforms.readSourceLine).mockClear();
    const path = join(folder, source);
    writeFileSync(path, Array.from({ length: 40 }, (_, number) => `${line(number)}\n`).join(''));
    const delivered: string[] = [];
    const summary = await runImport({
      source,
      files: [{ path, name: source }],
      intervalSeconds: 60,
      registry: buildRegistry({ tenants: [] }),
      sink: {
        write: async (_content, envelopes) => {
          for await (const envelope of envelopes) delivered.push(envelope);
        },
        finish: async () => ({}),
        abandon: async () => undefined,
      },
    });
    expect(summary).toMatchObject({ lines: 40, failed: [] });
    expect(delivered.map((envelope) => JSON.parse(envelope).log)).toEqual(
      Array.from({ length: 40 }, (_, n) => line(n)),
    );
    expect(transforms.readSourceLine).toHaveBeenCalledTimes(40);
  },
);
