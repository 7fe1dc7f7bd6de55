import type { RateCard } from '../../model/index.js';

/** A version of the rate card, and where it was read. */
export interface RateCardSource {
  readonly card: RateCard;
  /** The file as messages name it, and its text. */
  readonly file: string;
  readonly text: string;
  /** Where the card stands in the file, as a path of keys. */
  readonly path: readonly (string | number)[];
}

/** Says that something is wrong at a place within a card. */
export type Report = (
  source: RateCardSource,
  path: readonly (string | number)[],
  message: string,
  key?: boolean,
) => void;
