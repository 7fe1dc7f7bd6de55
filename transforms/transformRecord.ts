import {
  type Envelope,
  type FirehoseRecord,
  type QuarantineReason,
  type TenantId,
  type UtcDay,
  utcDayOf,
} from '../model/index.js';
import { type DecodedLine, decodeLines, decodeRecord, indexOf, type ReputHeader } from './decodeRecord.js';
import { recordBase } from './eventId.js';
import { type IdentityRules, identify, type Verdict } from './identify.js';
import { jsonObject } from './jsonObject.js';
import { readLogEnvelopes } from './logEnvelope.js';
import type { NdjsonBuffer } from './NdjsonBuffer.js';
import { type LineSource, normaliseBadLine, normaliseLine } from './normaliseLine.js';
import type { ReputPiece } from './Reput.js';
import { type ReadEnvelope, readEnvelope } from './readEnvelope.js';
import { serialiseEvent } from './serialiseEvent.js';
import { halveRecord, splitRecord } from './splitRecord.js';

/** What the transform makes of one record. */
export type TransformedRecord =
  | {
      /** The record's events stand in the buffer. */
      readonly kind: 'accepted';
      readonly tenantId: TenantId;
      readonly dt: UtcDay;
      readonly lines: number;
      halve(): readonly ReputPiece[] | undefined;
    }
  | { readonly kind: 'split'; readonly pieces: readonly ReputPiece[]; readonly lines: number }
  | { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly lines: number }
  /** A message that carries no line. */
  | { readonly kind: 'control' };

type Accepted = Extract<Verdict, { ok: true }>;

/** What all lines of one record share. */
interface RecordContext {
  readonly rules: IdentityRules;
  readonly header: ReputHeader | undefined;
  readonly sourceOf: (emitter: Accepted, index: number) => LineSource;
  readonly base: () => string;
  readonly arrival: number;
}

/** Decode, identify, parse, normalise and meter one record into `out`. Pure but for that; throws only on a defect. */
export function transformRecord(record: FirehoseRecord, rules: IdentityRules, out: NdjsonBuffer): TransformedRecord {
  const decoded = decodeRecord(Buffer.from(record.data, 'base64'));
  if (!decoded.ok) return { kind: 'quarantined', reason: decoded.reason, lines: 0 };
  const { texts, header, bytes } = decoded;
  const context = contextOf(record, rules, header, bytes);
  const lines = (): readonly DecodedLine[] | undefined => decodeLines(texts, header, bytes);
  const emitter = transformInOrder(texts, context, out);
  if (emitter !== undefined) {
    const halve = (): readonly ReputPiece[] | undefined => halveRecord(lines() ?? [], header, context.base());
    return accepted(emitter, context, texts.length, halve);
  }
  return transformApart(lines(), context, out);
}

function contextOf(
  record: FirehoseRecord,
  rules: IdentityRules,
  header: ReputHeader | undefined,
  bytes: Buffer,
): RecordContext {
  const metadata = record.kinesisRecordMetadata;
  const arrival = Math.floor(metadata?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp);
  // Asked for by few: a line that has a position is identified by that. The identity of lines without one is that of what
  // was sent, packed or not.
  let known = header?.base;
  const base = (): string => {
    known ??= recordBase(bytes, metadata?.shardId, metadata?.sequenceNumber);
    return known;
  };
  const shardId = metadata?.shardId ?? null;
  const sequenceNumber = metadata?.sequenceNumber ?? null;
  const sourceOf = (emitter: Accepted, index: number): LineSource => {
    return { emitter, registry: rules.registry, arrival, shardId, sequenceNumber, base, index };
  };
  return { rules, header, sourceOf, base, arrival };
}

/**
 * Nearly every record: lines of one owner, all of them objects. Each is written before the next is read. Undefined as soon
 * as one is anything else; what was written so far is then void.
 */
function transformInOrder(texts: readonly string[], context: RecordContext, out: NdjsonBuffer): Accepted | undefined {
  let judged: Partial<Envelope> | undefined;
  let emitter: Accepted | undefined;
  out.reset();
  for (const [place, text] of texts.entries()) {
    const object = jsonObject(text);
    if (object === undefined || object.logEvents !== undefined) return undefined;
    const read = readEnvelope(object);
    if (judged === undefined || !sameIdentity(read.envelope, judged)) {
      const verdict = identify(read.envelope, context.rules);
      if (!verdict.ok || (emitter !== undefined && groupKey(verdict) !== groupKey(emitter))) return undefined;
      judged = read.envelope;
      emitter ??= verdict;
    }
    if (emitter === undefined) return undefined;
    out.add(serialiseEvent(normaliseLine(read, context.sourceOf(emitter, indexOf(context.header, place)))));
  }
  return emitter;
}

/** Nothing else of an envelope has a say in {@link identify}. */
function sameIdentity(one: Partial<Envelope>, other: Partial<Envelope>): boolean {
  return one.tenant_id === other.tenant_id && one.namespace === other.namespace && one.source === other.source;
}

interface IdentifiedLine {
  readonly line: DecodedLine;
  readonly read: ReadEnvelope | undefined;
  readonly verdict: Verdict;
}

/** A record that is not of one kind: CloudWatch Logs' envelopes, lines of several owners, bad lines among good ones. */
function transformApart(
  decoded: readonly DecodedLine[] | undefined,
  context: RecordContext,
  out: NdjsonBuffer,
): TransformedRecord {
  if (decoded === undefined) return { kind: 'quarantined', reason: 'undecodable', lines: 0 };
  const { rules, header, base } = context;
  // Believed on the platform's stream only, like everything that names no pod.
  const envelopes = rules.onPlatformStream ? readLogEnvelopes(decoded) : undefined;
  if (envelopes?.kind === 'control') return { kind: 'control' };
  const identified = identifyLines(envelopes?.lines ?? decoded, rules);
  const groups = groupByVerdict(identified);
  const [only] = groups;
  const linesOf = (group: readonly IdentifiedLine[]): readonly DecodedLine[] => group.map(({ line }) => line);
  if (groups.length > 1 || only === undefined) {
    const pieces = splitRecord(groups.map(linesOf), header, base());
    if (pieces === undefined) return { kind: 'quarantined', reason: 'reput_loop', lines: identified.length };
    return { kind: 'split', pieces, lines: identified.length };
  }
  const verdict = only[0]?.verdict;
  if (verdict === undefined || !verdict.ok) {
    return { kind: 'quarantined', reason: verdict?.reason ?? 'internal_error', lines: identified.length };
  }
  out.reset();
  for (const { line, read } of only) {
    const source = context.sourceOf(verdict, line.index);
    out.add(serialiseEvent(read === undefined ? normaliseBadLine(line.text, source) : normaliseLine(read, source)));
  }
  return accepted(verdict, context, only.length, () => halveRecord(linesOf(only), header, base()));
}

function accepted(
  emitter: Accepted,
  context: RecordContext,
  lines: number,
  halve: () => readonly ReputPiece[] | undefined,
): TransformedRecord {
  return { kind: 'accepted', tenantId: emitter.tenantId, dt: utcDayOf(context.arrival), lines, halve };
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
    const key = groupKey(line.verdict);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

/** Lines of one key go into one answer. */
function groupKey(verdict: Verdict): string {
  return verdict.ok ? `${verdict.tenantId} ${verdict.claimed ?? ''}` : `!${verdict.reason}`;
}
