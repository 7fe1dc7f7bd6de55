import { gzipSync } from 'node:zlib';
import { Prng } from '../../ingest/simulator/Prng.js';
import { SEED_LINES } from './seedLines.js';

const WORDS: readonly [string, ...string[]] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u0000',
  '\\ud83d',
  ':',
  ',',
  '=',
  '\n',
  '\t',
  '\u0000',
  '\ufeff',
  '\u2028',
  'é',
  '😀',
  '\ud800',
  '-',
  '1e999',
  'null',
  'NaN',
  '-1',
  '0.0000001',
  '9223372036854775808',
  '__proto__',
  'constructor',
  'tenant_id',
  'evil',
  '"tenant_id":"evil"',
  'time',
  'level',
  'ConsumedCapacity',
  'metering',
  '@',
  'AKIA',
  'Bearer ',
  '4111111111111111',
  'password=',
  '2026-02-30T25:61:61Z',
  '<34>',
  'REPORT ',
  '\tat ',
];
const TENANTS: readonly [string, ...string[]] = [
  'acme',
  'acme',
  'acme',
  'beta',
  '_shared',
  '_canary',
  'nobody',
  'Bad Name',
  '',
];
const NAMESPACES: readonly [string, ...string[]] = ['acme', 'acme', 'acme', 'beta', 'shared', 'nowhere', ''];

/**
 * The record of a place in a fuzzer's run: any of its records can be made again from the seed and its number. Honest lines of
 * every format, damaged or not, in envelopes, damaged or not, alone or together, packed or not.
 */
export function fuzzRecord(seed: number, number: number): Buffer {
  const prng = new Prng(seed * 0x1_0000_0000 + number);
  const count = prng.chance(0.8) ? 1 : 1 + prng.int(20);
  const kind = prng.next();
  const own =
    kind < 0.7
      ? { tenant: 'acme', namespace: 'acme' }
      : kind < 0.9
        ? { tenant: prng.pick(TENANTS), namespace: prng.pick(NAMESPACES) }
        : undefined;
  const lines = Array.from({ length: count }, (_, line) => fuzzLine(prng, number, line, own));
  let bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  if (prng.chance(0.03)) bytes = damageBytes(prng, bytes);
  if (prng.chance(0.03)) bytes = gzipSync(bytes);
  if (prng.chance(0.01)) bytes = damageBytes(prng, bytes);
  return bytes;
}

function fuzzLine(
  prng: Prng,
  number: number,
  line: number,
  own: { readonly tenant: string; readonly namespace: string } | undefined,
): string {
  const text = damage(prng, prng.pick(SEED_LINES), prng.chance(0.3) ? 0 : 1 + prng.int(6));
  if (prng.chance(0.03)) return text.replaceAll('\n', ' ');
  const envelope: Record<string, unknown> = {
    time: prng.chance(0.95) ? '2026-11-24T10:00:00.123456789Z' : prng.pick(WORDS),
    stream: 'stdout',
    tenant_id: own?.tenant ?? prng.pick(TENANTS),
    namespace: own?.namespace ?? prng.pick(NAMESPACES),
    pod: `p-${prng.int(5)}`,
    file: '/var/log/app.log',
    offset: number * 32 + line,
  };
  if (prng.chance(0.8)) envelope.log = text;
  else envelope.app = parsed(text) ?? text;
  if (prng.chance(0.02)) envelope[prng.pick(WORDS)] = prng.pick(WORDS);
  if (prng.chance(0.02)) envelope.offset = prng.pick([-1, 1.5, 'x', null, 2 ** 60]);
  if (prng.chance(0.02))
    envelope.source = prng.pick(['alb', 's3_access', 'cloudtrail', 'cloudwatch_logs', 'kubelet', 'x']);
  if (prng.chance(0.02)) envelope.heartbeat = { started: prng.int(9), lines_read: -1 };
  const json = JSON.stringify(envelope);
  return prng.chance(0.03) ? damage(prng, json, 1 + prng.int(3)).replaceAll('\n', ' ') : json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Cuts, repeats, swaps and inserts at random places. */
function damage(prng: Prng, text: string, times: number): string {
  let out = text;
  for (let done = 0; done < times; done += 1) {
    const at = prng.int(out.length + 1);
    const length = prng.int(12);
    const kind = prng.int(5);
    if (kind === 0) out = out.slice(0, at) + prng.pick(WORDS) + out.slice(at);
    else if (kind === 1) out = out.slice(0, at) + out.slice(at + length);
    else if (kind === 2) out = out.slice(0, at) + out.slice(at, at + length).repeat(1 + prng.int(30)) + out.slice(at);
    else if (kind === 3) out = out.slice(0, at) + String.fromCharCode(prng.int(0x1_0000)) + out.slice(at + 1);
    else out = out.slice(0, at) + prng.pick(SEED_LINES).slice(prng.int(40));
  }
  return out;
}

function damageBytes(prng: Prng, bytes: Buffer): Buffer<ArrayBuffer> {
  const damaged = Buffer.from(bytes);
  for (let done = 0; done < 3 && damaged.length > 0; done += 1) damaged[prng.int(damaged.length)] = prng.int(256);
  return prng.chance(0.3) ? damaged.subarray(0, prng.int(damaged.length + 1)) : damaged;
}
