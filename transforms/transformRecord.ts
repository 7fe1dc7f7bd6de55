import { type FirehoseRecord, type QuarantineReason, type TenantId, type UtcDay, utcDayOf } from '../model/index.js';
import { type DecodedLine, decodeRecord, REPUT_KEY, type ReputHeader } from './decodeRecord.js';
import { recordBase } from './eventId.js';
import { type IdentityRules, identify, type Verdict } from './identify.js';
import { readLogEnvelopes } from './logEnvelope.js';
import { type LineSource, normaliseBadLine, normaliseLine } from './normaliseLine.js';
import type { ReputPiece } from './Reput.js';
import { type ReadEnvelope, readEnvelope } from './readEnvelope.js';
import { serialiseEvent } from './serialiseEvent.js';

/** A record that went round more often than this is quarantined: something splits it for ever. */
export const MAX_HOPS = 3;

/** What the transform makes of one record. */
export type TransformedRecord =
  | {
      readonly kind: 'accepted';
      readonly tenantId: TenantId;
      readonly dt: UtcDay;
      readonly ndjson: string;
      readonly lines: number;
      halve(): readonly ReputPiece[] | undefined;
    }
  | { readonly kind: 'split'; readonly pieces: readonly ReputPiece[]; readonly lines: number }
  | { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly lines: number }
  /** A message that carries no line. */
  | { readonly kind: 'control' };

interface IdentifiedLine {
  readonly line: DecodedLine;
  readonly read: ReadEnvelope | undefined;
  readonly verdict: Verdict;
}

/** Decode, identify, parse, normalise and meter one record. Pure; throws only on a defect. */
export function transformRecord(record: FirehoseRecord, rules: IdentityRules): TransformedRecord {
  const decoded = decodeRecord(Buffer.from(record.data, 'base64'));
  if (!decoded.ok) return { kind: 'quarantined', reason: decoded.reason, lines: 0 };
  // The identity of lines without position is that of what was sent, packed or not.
  const { header, bytes } = decoded;
  const metadata = record.kinesisRecordMetadata;
  const arrival = Math.floor(metadata?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp);
  const base = header?.base ?? recordBase(bytes, metadata?.shardId, metadata?.sequenceNumber);
  // Believed on the platform's stream only, like everything that names no pod.
  const envelopes = rules.onPlatformStream ? readLogEnvelopes(decoded.lines) : undefined;
  if (envelopes?.kind === 'control') return { kind: 'control' };
  const identified = identifyLines(envelopes?.lines ?? decoded.lines, rules);
  const groups = groupByVerdict(identified);
  const [only] = groups;
  if (groups.length > 1 || only === undefined) return split(groups, identified.length, header, base);
  const verdict = only[0]?.verdict;
  if (verdict === undefined || !verdict.ok) {
    return { kind: 'quarantined', reason: verdict?.reason ?? 'internal_error', lines: identified.length };
  }
  const ndjson = only.map(({ line, read }) => {
    const source: LineSource = {
      emitter: verdict,
      registry: rules.registry,
      arrival,
      shardId: metadata?.shardId ?? null,
      sequenceNumber: metadata?.sequenceNumber ?? null,
      base,
      index: line.index,
    };
    return `${serialiseEvent(read === undefined ? normaliseBadLine(line.text, source) : normaliseLine(read, source))}\n`;
  });
  return {
    kind: 'accepted',
    tenantId: verdict.tenantId,
    dt: utcDayOf(arrival),
    ndjson: ndjson.join(''),
    lines: ndjson.length,
    halve: () => halve(only, header, base),
  };
}

/** The verdict of each line; one that is no JSON object goes with the first that is. */
function identifyLines(lines: readonly DecodedLine[], rules: IdentityRules): readonly IdentifiedLine[] {
  const judged = lines.map((line) => {
    if (line.object === undefined) return { line, read: undefined, verdict: undefined };
    const read = readEnvelope(line.object);
    return { line, read, verdict: identify(read.envelope, rules) };
  });
  const fallback: Verdict = judged.find((entry) => entry.verdict !== undefined)?.verdict ?? {
    ok: false,
    reason: 'undecodable',
  };
  return judged.map((entry) => ({ ...entry, verdict: entry.verdict ?? fallback }));
}

function groupByVerdict(lines: readonly IdentifiedLine[]): readonly (readonly IdentifiedLine[])[] {
  const groups = new Map<string, IdentifiedLine[]>();
  for (const line of lines) {
    const { verdict } = line;
    const key = verdict.ok ? `${verdict.tenantId} ${verdict.claimed ?? ''}` : `!${verdict.reason}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

function split(
  groups: readonly (readonly IdentifiedLine[])[],
  lines: number,
  header: ReputHeader | undefined,
  base: string,
): TransformedRecord {
  const hop = (header?.hop ?? 0) + 1;
  if (hop > MAX_HOPS) return { kind: 'quarantined', reason: 'reput_loop', lines };
  return { kind: 'split', pieces: groups.flatMap((group) => piecesOf(group, hop, base)), lines };
}

function halve(
  lines: readonly IdentifiedLine[],
  header: ReputHeader | undefined,
  base: string,
): readonly ReputPiece[] | undefined {
  // Halving does not loop: every piece is smaller than its parent, so it needs no hop.
  if (lines.length < 2) return undefined;
  const middle = Math.ceil(lines.length / 2);
  const hop = Math.max(header?.hop ?? 0, 1);
  return [lines.slice(0, middle), lines.slice(middle)].flatMap((half) => piecesOf(half, hop, base));
}

/** Most bytes of a piece: a record that was packed may hold far more than the stream takes in one. */
const PIECE_BYTES = 768 * 1024;

/** Lines as pieces the stream can take, in order. */
function piecesOf(lines: readonly IdentifiedLine[], hop: number, base: string): readonly ReputPiece[] {
  const parts: IdentifiedLine[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const entry of lines) {
    const bytes = Buffer.byteLength(entry.line.text) + 8;
    const current = parts.at(-1);
    if (current === undefined || size + bytes > PIECE_BYTES) {
      parts.push([entry]);
      size = bytes;
    } else {
      current.push(entry);
      size += bytes;
    }
  }
  return parts.map((part) => pieceOf(part, hop, base));
}

function pieceOf(lines: readonly IdentifiedLine[], hop: number, base: string): ReputPiece {
  const header = JSON.stringify({ [REPUT_KEY]: { hop, base, lines: lines.map(({ line }) => line.index) } });
  return {
    data: Buffer.from(`${header}\n${lines.map(({ line }) => `${line.text.replace(/\n/g, ' ')}\n`).join('')}`),
    // Any spread will do; the hash in the base is one that does not need randomness.
    partitionKey: `${base.slice(-32)}-${lines[0]?.line.index ?? 0}`,
  };
}
