import type { QuarantineReason } from '../model/index.js';
import { deaggregateKpl } from './deaggregateKpl.js';
import { isObject, jsonObject } from './jsonObject.js';
import { UNPACKED_LIMIT, type Unpacked, unpack } from './unpack.js';

/** One line of a record: its bytes as text, and the JSON object in it, if it is one. */
export interface DecodedLine {
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>> | undefined;
  /** Place of the line in the record it was first sent in, from 0; part of the identity of lines without a position. */
  readonly index: number;
}

/** What stands on the first line of a piece that was sent again: see {@link decodeRecord}. */
export interface ReputHeader {
  readonly hop: number;
  readonly base: string;
  readonly lines: readonly number[];
}

/** The texts of a record's lines, or why it has none. */
export type DecodedRecord =
  | {
      readonly ok: true;
      /** Its lines, blank ones left out. */
      readonly texts: readonly string[];
      readonly header: ReputHeader | undefined;
      /** The record without its compression. */
      readonly bytes: Buffer;
    }
  | { readonly ok: false; readonly reason: QuarantineReason };

/** The one key of the header line that a piece sent again begins with. */
export const REPUT_KEY = 'tenantscope_reput';
const HEADER_START = `{"${REPUT_KEY}"`;
const BLANK = /^\s*$/;
const LINE_END = Buffer.from('\n');

/**
 * Turns the bytes of a record into the texts of its lines: one, or as many as Fluent Bit or the Kinesis Producer Library put
 * together, compressed or not.
 */
export function decodeRecord(received: Buffer): DecodedRecord {
  const unpacked = unpackAll(deaggregateKpl(received));
  if (!unpacked.ok) return unpacked;
  const { bytes } = unpacked;
  const texts = linesIn(bytes.toString('utf8'));
  const [first] = texts;
  if (first === undefined) return { ok: false, reason: 'empty' };
  const header = first.startsWith(HEADER_START) ? headerOf(jsonObject(first) ?? {}) : undefined;
  return { ok: true, texts: header === undefined ? texts : texts.slice(1), header, bytes };
}

/** User records of one aggregate as one text of lines: the identity of what was sent is that of the lines, however packed. */
function unpackAll(records: readonly Buffer[]): Unpacked {
  const [only] = records;
  if (records.length === 1 && only !== undefined) return unpack(only);
  const parts: Buffer[] = [];
  let size = 0;
  for (const record of records) {
    const unpacked = unpack(record);
    if (!unpacked.ok) return unpacked;
    size += unpacked.bytes.length + LINE_END.length;
    if (size > UNPACKED_LIMIT) return { ok: false, reason: 'unpacked_too_large' };
    parts.push(unpacked.bytes, LINE_END);
  }
  return { ok: true, bytes: Buffer.concat(parts) };
}

/**
 * The lines with the object in each. A record in which no line is a JSON object is undecodable; a single bad line among
 * good ones is kept for its neighbours' sake.
 */
export function decodeLines(
  texts: readonly string[],
  header: ReputHeader | undefined,
  bytes: Buffer,
): readonly DecodedLine[] | undefined {
  const lines = texts.map((text, place): DecodedLine => {
    return { text, object: jsonObject(text), index: indexOf(header, place) };
  });
  if (lines.some((line) => line.object !== undefined)) return lines;
  // A pretty-printed object spans lines; it is still one record of one object.
  const text = bytes.toString('utf8');
  const object = jsonObject(text);
  return object === undefined ? undefined : [{ text, object, index: 0 }];
}

/** Place of a line in the record it was first sent in. */
export function indexOf(header: ReputHeader | undefined, place: number): number {
  return header?.lines[place] ?? place;
}

/** The lines of a text that are not blank; most records are one line with its end. */
function linesIn(text: string): readonly string[] {
  const end = text.indexOf('\n');
  const lines = end < 0 ? [text] : end === text.length - 1 ? [text.slice(0, -1)] : text.split('\n');
  return lines.filter((line) => !BLANK.test(line));
}

function headerOf(object: Record<string, unknown>): ReputHeader | undefined {
  const keys = Object.keys(object);
  const value = object[REPUT_KEY];
  if (keys.length !== 1 || !isObject(value)) return undefined;
  const { hop, base, lines } = value;
  if (typeof hop !== 'number' || typeof base !== 'string' || !Array.isArray(lines)) return undefined;
  if (!Number.isSafeInteger(hop) || hop < 1 || !lines.every((line) => Number.isSafeInteger(line))) return undefined;
  return { hop, base, lines };
}
