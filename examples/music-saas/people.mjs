import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PERIOD = '2026-11';
const PACKAGE = `billing/tenantscope/BILLING_PERIOD=${PERIOD}/version=0001`;

/** Books what came, and proves that nothing was lost on the way. What a scheduled job does. */
export const pipeline = [
  ['run', '--input', 'streams/cell-1', 'streams/tenantscope-platform'],
  ['ledger', 'build'],
  ['reconcile'],
];

/** The operator: who took how much of DynamoDB in the last four hours, with what, and whether the figures are whole. */
export const operator = [
  ['report', 'run', 'tenant-share', '--param', 'service=DynamoDB', '--last', '4h', '--top', '4'],
  ['report', 'run', 'top-operations', '--param', 'service=DynamoDB', '--last', '4h', '--top', '3'],
  ['report', 'run', 'completeness', '--last', '4h', '--param', 'show=doubtful'],
];

/** On-call: what the job finds that runs every five minutes, the incident, what to do, and what is said to it. */
export const onCall = [
  ['detect', '--last', '4h'],
  ['alerts', 'run', '--no-ledger', '--at', '2026-11-24T00:10Z'],
  ['incident', 'list'],
  ['incident', 'show', 'acme/DynamoDB/up'],
  ['incident', 'ack', 'acme/DynamoDB/up', '--owner', 'kim', '--reason', 'search box asks at every key; fix on its way'],
];

/** Finance: the month so far as a signed package, and the check that whoever receives it makes. */
export const finance = [
  ['bill', 'export', '--period', PERIOD, '--out', './billing', '--signing-key', 'billing.pem'],
  ['bill', 'verify', PACKAGE, '--public-key', 'billing.pub.pem'],
];

/** A key pair to sign bills with, into `folder`. A real one is kept in a secret store. */
export function writeKeys(folder) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'billing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'billing.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
}
