import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportPeriod, formatVerification, verifyPackage, type WrittenPackage } from '../../../billing/index.js';
import { folderOf, ledgerOf, requestOf } from '../billFixture.js';

const folder = folderOf('verify');
const keys = generateKeyPairSync('ed25519');
let written: WrittenPackage;

beforeAll(async () => {
  mkdirSync(folder.at('ledger'));
  const engine = await ledgerOf(folder.at('ledger'), [
    ['acme', 'DynamoDB.read_units', '2026-11-02 10', 1203345],
    ['globex', 'DynamoDB.read_units', '2026-11-02 10', 998001],
    ['globex', 'DynamoDB.requests', '2026-11-02 10', 1],
  ]);
  written = await exportPeriod(requestOf(engine, folder.at('out'), { signingKey: keys.privateKey }));
  await engine.close();
});
afterAll(() => folder.remove());

const copy = (name: string): string => {
  const to = folder.at(name);
  cpSync(written.folder, to, { recursive: true });
  return to;
};
const failures = async (path: string, key = keys.publicKey): Promise<string[]> => {
  const { ok, checks } = await verifyPackage(path, key);
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ check, detail }) => `${check}: ${detail}`);
  expect(ok).toBe(failed.length === 0);
  return failed;
};

it('finds nothing in a package that is as it was written', async () => {
  expect(await failures(written.folder)).toEqual([]);
  const believed = await verifyPackage(written.folder, undefined);
  expect(formatVerification(believed)).toContain('warning  signature: by the key in the package');
});

it('fails for a byte changed anywhere, and says in which file', async () => {
  const path = copy('flipped');
  for (const name of readdirSync(written.folder)) {
    const bytes = readFileSync(join(written.folder, name));
    for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(join(path, name), changed);
      expect((await failures(path)).join('; '), `${name} at ${at}`).toContain(name);
    }
    writeFileSync(join(path, name), bytes);
  }
  expect(await failures(path)).toEqual([]);
});

it('fails for a file that is missing, cut short, or in no list', async () => {
  const path = copy('files');
  rmSync(join(path, 'unbilled.csv'));
  writeFileSync(join(path, 'extra.csv'), '');
  writeFileSync(join(path, 'invoice_summary.csv'), '');
  const [files = ''] = await failures(path);
  for (const part of ['unbilled.csv is missing', 'extra.csv is in no list', 'invoice_summary.csv has 0 bytes'])
    expect(files).toContain(part);
});

it('tells a signature by another key, and one that was taken away', async () => {
  const other = generateKeyPairSync('ed25519').publicKey;
  expect((await failures(written.folder, other))[0]).toContain('signed by another key');
  const path = copy('unsigned');
  rmSync(join(path, 'manifest.json.sig'));
  expect((await failures(path))[0]).toContain('manifest.json.sig is missing');
});

it('does not believe totals because their hashes are right', async () => {
  const path = copy('cooked');
  const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  manifest.control_totals.billed_cost_by_currency.USD = '1.00';
  resign(path, manifest);
  expect(await failures(path)).toEqual([
    expect.stringMatching(/^control totals: billed: 33\.02\d* in the charges, 1\.00 in the manifest$/),
  ]);
});

it.each(['{}', 'null', '{"meters": [{}], "money": {}}', 'not json'])(
  'fails for a signed reconciliation that is none: %s',
  async (text) => {
    const path = copy(`reconciled-${text.length}`);
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    writeFileSync(join(path, 'reconciliation.json'), text);
    const hash = (of: string): string => createHash('sha256').update(of).digest('hex');
    const sums = readFileSync(join(path, 'SHA256SUMS'), 'utf8').replace(
      /^\w+(?= .*reconciliation\.json$)/m,
      hash(text),
    );
    writeFileSync(join(path, 'SHA256SUMS'), sums);
    for (const [name, content] of [
      ['reconciliation.json', text],
      ['SHA256SUMS', sums],
    ] as const) {
      const file = manifest.files.find(({ path: named }: { path: string }) => named === name);
      Object.assign(file, { sha256: hash(content), bytes: content.length });
    }
    resign(path, manifest);
    // The name of the whole follows from the files, and who signs can write it anew.
    const [renamed = ''] = await failures(path);
    manifest.export_id = renamed.replace('export id: the files have ', '');
    resign(path, manifest);
    expect(await failures(path)).toEqual(['reconciliation: reconciliation.json is no reconciliation']);
  },
);

it('fails for a dataset of FOCUS that the manifest does not name as one', async () => {
  for (const name of ['billing_period', 'cost_and_usage']) {
    const path = copy(`without-${name}`);
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    const [own, others] = [true, false].map((is) =>
      manifest.datasets.filter((dataset: { name: string }) => (dataset.name === name) === is),
    );
    manifest.datasets = others;
    manifest.files.push(...(own ?? []).flatMap(({ files }: { files: object[] }) => files));
    resign(path, manifest);
    expect(await failures(path)).toEqual([`datasets: ${name} is not there as CSV and as Parquet`]);
  }
});

it('is done by openssl as documented', () => {
  if (spawnSync('openssl', ['version']).status !== 0) return;
  const pem = folder.at('key.pem');
  writeFileSync(pem, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', pem, '-rawin', '-in', 'manifest.json'];
  const shown = execFileSync('openssl', [...verify, '-sigfile', 'manifest.json.sig'], { cwd: written.folder });
  expect(shown.toString()).toContain('Signature Verified Successfully');
  const docs = readFileSync('docs/billing.md', 'utf8');
  expect(docs).toContain(
    'openssl pkeyutl -verify -pubin -inkey billing.pub.pem -rawin -in manifest.json -sigfile manifest.json.sig',
  );
});

/** Writes a manifest as whoever holds the key could. */
function resign(path: string, manifest: object): void {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  writeFileSync(join(path, 'manifest.json'), text);
  writeFileSync(join(path, 'manifest.json.sig'), sign(null, Buffer.from(text), keys.privateKey));
  writeFileSync(
    join(path, 'manifest.json.sha256'),
    `${createHash('sha256').update(text).digest('hex')}  manifest.json\n`,
  );
}
