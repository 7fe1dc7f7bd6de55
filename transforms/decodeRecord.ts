import type { QuarantineReason } from '../model/index.js';
import { isObject, jsonObject } from './jsonObject.js';
import { unpack } from './unpack.js';

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

/** A record's lines, or why it has none. */
export type DecodedRecord =
  | {
      readonly ok: true;
      readonly lines: readonly DecodedLine[];
      readonly header: ReputHeader | undefined;
      /** The record without its compression. */
      readonly bytes: Buffer;
    }
  | { readonly ok: false; readonly reason: QuarantineReason };

/** The one key of the header line that a piece sent again begins with. */
export const REPUT_KEY = 'tenantscope_reput';

/**
 * Turns the bytes of a record into lines: one JSON object, or lines of them as Fluent Bit aggregates, gzipped or not. A record in which
 * no line is a JSON object is undecodable; a single bad line among good ones is kept for its neighbours' sake.
 */
export function decodeRecord(received: Buffer): DecodedRecord {
  const unpacked = unpack(received);
  if (!unpacked.ok) return unpacked;
  const { bytes } = unpacked;
  const text = bytes.toString('utf8');
  const texts = text.split('\n').filter((line) => line.trim() !== '');
  if (texts.length === 0) return { ok: false, reason: 'empty' };
  const first = jsonObject(texts[0] ?? '');
  const header = first === undefined ? undefined : headerOf(first);
  const body = header === undefined ? texts : texts.slice(1);
  const lines = body.map((line, place): DecodedLine => {
    const object = header === undefined && place === 0 ? first : jsonObject(line);
    return { text: line, object, index: header?.lines[place] ?? place };
  });
  if (!lines.some((line) => line.object !== undefined)) return wholeAsOne(text, bytes);
  return { ok: true, lines, header, bytes };
}

/** A pretty-printed object spans lines; it is still one record of one object. */
function wholeAsOne(text: string, bytes: Buffer): DecodedRecord {
  const object = jsonObject(text);
  if (object === undefined) return { ok: false, reason: 'undecodable' };
  return { ok: true, lines: [{ text, object, index: 0 }], header: undefined, bytes };
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
