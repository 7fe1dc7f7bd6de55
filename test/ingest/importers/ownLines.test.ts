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
async function read(name: string, lines: readonly string[]): Promise<readonly ImportedLine[]> {
  const file = join(root, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  const found: ImportedLine[] = [];
  const reading = { intervalSeconds: 60, onSkipped: () => (skipped += 1) };
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
