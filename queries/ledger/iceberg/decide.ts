import * as z from 'zod';
import { AppError, LAKE } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';

const decisionSchema = z.strictObject({
  version: z.literal(1),
  attempt: z.string(),
  rows: z.int().nonnegative(),
  events: z.int().nonnegative(),
});

/** Which attempt at a booking, or at the merge of a date, counts: all of its rows were written before. */
export type Decision = Omit<z.output<typeof decisionSchema>, 'version'>;

/**
 * Where it is decided which attempt counts: one object each, created by one conditional write after the attempt has written
 * everything. So of any number of attempts, at once or one after the other, exactly one ever counts, whatever became of
 * leases and clocks; and of the others nothing ever will, so that their rows can be removed.
 */
export class Decisions {
  readonly #store: ObjectStore;
  /** The id of the ledger. */
  readonly ledgerId: string;
  readonly #folder: string;

  /** @param ledgerId the id of the ledger: one that was dropped and made again decides anew */
  constructor(store: ObjectStore, ledgerId: string) {
    this.#store = store;
    this.ledgerId = ledgerId;
    this.#folder = `${LAKE.iceberg}/${ledgerId}`;
  }

  /** What was decided; undefined when nothing was. Throws LAKE_DAMAGED. */
  async read(name: string): Promise<Decision | undefined> {
    const key = this.#keyOf(name);
    const text = await this.#store.read(key);
    if (text === undefined) return undefined;
    try {
      const { version: _, ...decision } = decisionSchema.parse(JSON.parse(text));
      return decision;
    } catch (error) {
      throw new AppError('LAKE_DAMAGED', 'it cannot be read which attempt at a booking counts', {
        where: `${this.#store.name}/${key}`,
        hint: 'restore ledger/iceberg from a backup of the lake, or drop the tables of this ledger and build it again',
        cause: error,
      });
    }
  }

  /** Decides for an attempt, unless it was decided before. Returns what counts. */
  async decide(name: string, attempt: Decision): Promise<Decision> {
    const text = `${JSON.stringify({ version: 1, ...attempt })}\n`;
    if (await this.#store.create(this.#keyOf(name), text)) return attempt;
    return (await this.read(name)) ?? attempt;
  }

  /** The key of the lease on the ledger. */
  get leaseKey(): string {
    return this.#keyOf('lease');
  }

  #keyOf(name: string): string {
    return `${this.#folder}/${name}.json`;
  }
}
