import { DIGEST_WORDS } from '../../lake/PathSet.js';

/** All digests in one, in hex, whatever their order: what tells whether they are all there. */
export function foldOf(digests: Uint32Array): string {
  const folded = new Uint32Array(DIGEST_WORDS);
  for (let at = 0; at < digests.length; at += 1) {
    const word = at % DIGEST_WORDS;
    folded[word] = (folded[word] ?? 0) ^ (digests[at] ?? 0);
  }
  return hexOf(folded);
}

/** The fold of all that several stand for. */
export function foldAll(folds: readonly string[]): string {
  const folded = new Uint32Array(DIGEST_WORDS);
  for (const fold of folds)
    for (let word = 0; word < DIGEST_WORDS; word += 1)
      folded[word] = (folded[word] ?? 0) ^ Number.parseInt(fold.slice(word * 8, word * 8 + 8), 16);
  return hexOf(folded);
}

const hexOf = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
