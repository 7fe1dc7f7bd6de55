import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeContent } from '../../../ingest/importers/content.js';
import type { ImportedLine } from '../../../ingest/importers/ImportedLine.js';
import { readImport } from '../../../ingest/importers/readImport.js';

const root = mkdtempSync(join(tmpdir(), 'own-lines-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const NGINX = (second: number, path = '/acme/x') =>
  `10.0.0.1 - - [26/Nov/2026:10:00:0${second} +0000] "GET ${path} HTTP/1.1" 200 512 "-" "curl/8"`;

let skipped = 0;
async function read(name: string, lines: readonly string[], zoneMinutes?: number): Promise<readonly ImportedLine[]> {
  const file = join(root, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  const found: ImportedLine[] = [];
  const reading = {
    intervalSeconds: 60,
    onSkipped: () => (skipped += 1),
    ...(zoneMinutes === undefined ? {} : { zoneMinutes }),
  };
  for await (const line of readImport('logs', await describeContent(file, name), reading)) found.push(line);
  return found;
}
const uids = (lines: readonly ImportedLine[]) => lines.map(({ uid }) => uid);

it('a file that grew, under another name, has its old lines under their old identities', async () => {
  const before = await read('access.log', [NGINX(1), NGINX(2), NGINX(2)]);
  const after = await read('access.log.1', [NGINX(1), NGINX(2), NGINX(2), NGINX(3)]);
  expect(uids(after).slice(0, 3)).toEqual(uids(before));
  // Two requests of one second that look the same are two.
  expect(new Set(uids(after)).size).toBe(4);
});

it('the same lines below another first line, or in another order, are other lines', async () => {
  const [one, other] = [await read('a.log', [NGINX(1), NGINX(3)]), await read('b.log', [NGINX(2), NGINX(3)])];
  expect(one[1]?.uid).not.toBe(other[1]?.uid);
});

it('tells each line’s own time, also where formats are mixed, and none where there is no year', async () => {
  const json = '{"time":"2026-11-26T10:00:07.5Z","level":"info","msg":"hi","tenant_id":"acme"}';
  const lines = await read('mixed.log', [NGINX(1), '', json, 'Nov 26 10:00:00 host app: hello', 'just text']);
  expect(lines.map(({ time }) => time)).toEqual([
    '2026-11-26T10:00:01.000Z',
    '2026-11-26T10:00:07.500Z',
    undefined,
    undefined,
  ]);
  expect(skipped).toBe(1);
});

const times = (lines: readonly ImportedLine[]) => lines.map(({ time }) => time);

it('reads the time that text begins with, and gives what belongs to a line the time of that line', async () => {
  const lines = await read('app.log', [
    'starting',
    '2026-11-25T10:00:00.5+01:00 INFO [worker-1] hello',
    '  at foo (bar.js:1:1)',
    '[2026/11/25 11:00:00 UTC] bye',
    'INFO 2026-11-25 11:00:01Z again 2020-01-01T00:00:00Z',
  ]);
  expect(times(lines)).toEqual([
    undefined,
    '2026-11-25T09:00:00.500Z',
    '2026-11-25T09:00:00.500Z',
    '2026-11-25T11:00:00.000Z',
    '2026-11-25T11:00:01.000Z',
  ]);
});

it.each([
  ['2026-11-25 10:00:00,123 - myapp - INFO - hello'],
  ['{"asctime":"2026-11-25 10:00:00,123","levelname":"INFO","message":"hello"}'],
  ['ts="2026-11-25 10:00:00,123" level=info msg=hello'],
])('refuses a time without a zone, and reads it by the zone that is named: %s', async (line) => {
  await expect(read('zoneless.log', [line])).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('zoneless.log:1'),
  });
  expect(times(await read('zoned.log', [line], -330))).toEqual(['2026-11-25T15:30:00.123Z']);
});

it('reads the zone of a time that begins late in a line (regression: it was cut off)', async () => {
  for (const before of [20, 44, 50, 63, 70]) {
    const [line] = await read('late.log', [`${'x'.repeat(before)} 2026-11-25 10:00:00.123456789+01:00 hello`], 0);
    expect([before, line?.time]).toEqual([before, before < 64 ? '2026-11-25T09:00:00.123Z' : undefined]);
  }
});

it('takes no number for a time, and no day that is none', async () => {
  expect(times(await read('odd.log', ['job 2026-11-2510:00:00', '2026-13-25 10:00:00Z x']))).toEqual([
    undefined,
    undefined,
  ]);
});
