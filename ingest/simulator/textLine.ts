import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

const SONGS = [
  'Für Elise',
  'Clair de lune',
  'さくらさくら',
  'Ой у лузі',
  'Gymnopédie No. 1',
  'Für dich 🎵',
  'Aşk',
  'La Mer',
  'Ĉu vi aŭdas?',
  '茉莉花',
] as const;

/** The title of a song; not all are ASCII, so bytes and characters differ. */
export function songTitle(prng: Prng): string {
  return prng.pick(SONGS);
}

/** A plain text line without a time of its own. */
export function textLine(prng: Prng): PrintedLine {
  const song = songTitle(prng);
  const log = prng.pick([
    `now playing "${song}" for session ${prng.hex(12)}`,
    `cache miss: cover of "${song}", loading it`,
    `playlist ${prng.int(100_000)} reordered,\t${1 + prng.int(40)} songs`,
    `WARN slow lookup of ${song}: ${100 + prng.int(900)} ms`,
  ]);
  return { container: 'catalog-api', log, format: 'text', statedTime: null, usage: [] };
}
