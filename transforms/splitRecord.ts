import type { DecodedLine, ReputHeader } from './decodeRecord.js';
import { REPUT_KEY } from './decodeRecord.js';
import type { ReputPiece } from './Reput.js';

/** A record that went round more often than this is quarantined: something splits it for ever. */
export const MAX_HOPS = 3;

/** Most bytes of a piece: a record that was packed may hold far more than the stream takes in one. */
const PIECE_BYTES = 768 * 1024;

/** A record's lines by whose they are, as pieces of one owner each; undefined when it went round too often. */
export function splitRecord(
  groups: readonly (readonly DecodedLine[])[],
  header: ReputHeader | undefined,
  base: string,
): readonly ReputPiece[] | undefined {
  const hop = (header?.hop ?? 0) + 1;
  return hop > MAX_HOPS ? undefined : groups.flatMap((group) => piecesOf(group, hop, base));
}

/** A record too large to answer, as two halves; undefined for one line, which is as small as it gets. */
export function halveRecord(
  lines: readonly DecodedLine[],
  header: ReputHeader | undefined,
  base: string,
): readonly ReputPiece[] | undefined {
  // Halving does not loop: every piece is smaller than its parent, so it needs no hop.
  if (lines.length < 2) return undefined;
  const middle = Math.ceil(lines.length / 2);
  const hop = Math.max(header?.hop ?? 0, 1);
  return [lines.slice(0, middle), lines.slice(middle)].flatMap((half) => piecesOf(half, hop, base));
}

/** Lines as pieces the stream can take, in order. */
function piecesOf(lines: readonly DecodedLine[], hop: number, base: string): readonly ReputPiece[] {
  const parts: DecodedLine[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line.text) + 8;
    const current = parts.at(-1);
    if (current === undefined || size + bytes > PIECE_BYTES) {
      parts.push([line]);
      size = bytes;
    } else {
      current.push(line);
      size += bytes;
    }
  }
  return parts.map((part) => pieceOf(part, hop, base));
}

/** Lines as one piece that says which lines of which record they are. */
export function pieceOf(lines: readonly DecodedLine[], hop: number, base: string): ReputPiece {
  const header = JSON.stringify({ [REPUT_KEY]: { hop, base, lines: lines.map((line) => line.index) } });
  return {
    data: Buffer.from(`${header}\n${lines.map((line) => `${line.text.replace(/\n/g, ' ')}\n`).join('')}`),
    // Any spread will do; the hash in the base is one that does not need randomness.
    partitionKey: `${base.slice(-32)}-${lines[0]?.index ?? 0}`,
  };
}
