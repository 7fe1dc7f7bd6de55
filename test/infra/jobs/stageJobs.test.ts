import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JobBundles } from '../../../infra/jobs/JobsStack.js';
import { stageJobs } from '../../../infra/jobs/stageJobs.js';
import { settingsOf } from '../synthesise.js';

let root = '';
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stage-jobs-'));
  put('bundles/light/ledgerHandler.mjs', '');
  put('bundles/duckdb/billingHandler.mjs', '');
  for (const name of ['node-api', 'node-bindings', 'node-bindings-linux-x64']) {
    put(`node_modules/@duckdb/${name}/package.json`, '{ "version": "1.5.6" }');
    put(`node_modules/@duckdb/${name}/lib/index.d.ts`, '');
  }
  put('node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so', 'binary');
  put('node_modules/@resvg/resvg-wasm/package.json', '{}');
  put('node_modules/@resvg/resvg-wasm/index_bg.wasm', 'wasm');
  put('node_modules/@fontsource/inter/package.json', '{}');
  put('node_modules/@fontsource/inter/LICENSE', 'OFL');
  put('node_modules/@fontsource/inter/files/inter-latin-400-normal.woff2', 'letters');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const stage = (deployment: object = {}, config = ''): JobBundles =>
  stageJobs({ settings: settingsOf(deployment, config), bundles: join(root, 'bundles'), out: join(root, 'out'), root });

it('puts the configuration, its rate cards and DuckDB beside the bundles, and nothing of before', () => {
  put('out/light/left.txt', '');
  put('rates/2027.yaml', 'rate_cards: []\n');
  const { light, duckdb } = stage({}, 'rate_card_files: [rates/2027.yaml]\n');
  expect(readFileSync(join(light, 'tenantscope.yaml'), 'utf8')).toBe('rate_card_files: [rates/2027.yaml]\n');
  expect(existsSync(join(light, 'left.txt'))).toBe(false);
  expect(existsSync(join(light, 'node_modules/@duckdb'))).toBe(false);
  expect(existsSync(join(duckdb, 'rates/2027.yaml'))).toBe(true);
  expect(readFileSync(join(duckdb, 'node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so'), 'utf8')).toBe(
    'binary',
  );
  expect(existsSync(join(duckdb, 'node_modules/@duckdb/node-api/lib/index.d.ts'))).toBe(false);
});

it('puts what draws pictures beside the detection job, and says where it is not there', () => {
  const { light } = stage();
  expect(readFileSync(join(light, 'node_modules/@resvg/resvg-wasm/index_bg.wasm'), 'utf8')).toBe('wasm');
  expect(readFileSync(join(light, 'node_modules/@fontsource/inter/files/inter-latin-400-normal.woff2'), 'utf8')).toBe(
    'letters',
  );
  rmSync(join(root, 'node_modules/@resvg'), { recursive: true });
  expect(() => stage()).toThrow(/@resvg\/resvg-wasm is not installed/);
});

it('names the command where DuckDB is not installed for what is deployed to', () => {
  const command =
    'npm install --no-save --force --os=linux --cpu=arm64 --libc=glibc @duckdb/node-bindings-linux-arm64@1.5.6';
  expect(() => stage({ jobs: { duckdb_architecture: 'arm64' } })).toThrow(command);
  put('node_modules/@duckdb/node-bindings-linux-x64/package.json', '{ "version": "1.5.5" }');
  expect(() => stage()).toThrow(/expected version 1.5.6[\s\S]*1.5.5/);
});

it.each([
  ['a secret of this machine', '{ slack: { type: slack, url: "env:SLACK" } }', 'env:SLACK'],
  ['a secret in a file', '{ slack: { type: slack, url: "file:slack.txt" } }', 'file:slack.txt'],
])('refuses %s, which no function can read', (_, channels, named) => {
  expect(() => stage({}, `alerts: { channels: ${channels}, routes: [{ channels: [slack] }] }\n`)).toThrow(named);
});

it('refuses signals in a file, a signing key of this machine alone, and rate cards from outside', () => {
  expect(() => stage({}, 'detection: { signals: signals.csv }\n')).toThrow(/signals.csv/);
  const signed = 'billing: { signing_key: "env:BILLING_KEY" }\n';
  expect(() => stage({}, signed)).toThrow(/jobs.signing_secret/);
  const signing_secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:billing-AbCdEf';
  expect(() => stage({ jobs: { signing_secret } }, signed)).not.toThrow();
  expect(() => stage({}, 'rate_card_files: [../rates.yaml]\n')).toThrow(/outside/);
  expect(() => stage({}, 'rate_card_files: [rates.yaml]\n')).toThrow(/not there/);
});
