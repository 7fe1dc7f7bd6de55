import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initSync, OutlierDetector } from '@bsull/augurs/outlier';
import type { Textbook } from './textbooks.js';

/** A detector of augurs, one-dimensional over one timestamp. */
export type AugursKind = 'dbscan' | 'mad';

let loaded = false;

/** Its own loader fetches the module from a file's URL, which Node's `fetch` does not do. */
function load(): void {
  if (loaded) return;
  const beside = createRequire(import.meta.url).resolve('@bsull/augurs/outlier');
  initSync({ module: readFileSync(beside.replace(/outlier\.js$/, 'outlier_bg.wasm')) });
  loaded = true;
}

/**
 * A detector of @bsull/augurs (Grafana's) as a rule: the outlying series that are above the median. Where its MAD is 0 it gives an
 * error, "division by zero", and flags nothing.
 */
export function augurs(kind: AugursKind, sensitivity: number): Textbook {
  return (amounts) => {
    load();
    const sorted = [...amounts].sort((a, b) => a - b);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    const detector = OutlierDetector[kind]({ sensitivity });
    try {
      const { outlyingSeries } = detector.detect(amounts.map((amount) => Float64Array.of(amount)));
      return [...outlyingSeries].filter((place) => (amounts[place] ?? 0) > middle).sort((a, b) => a - b);
    } catch (error) {
      if (error instanceof Error && error.message.includes('division by zero')) return [];
      throw error;
    } finally {
      detector.free();
    }
  };
}
