import * as z from 'zod';
import { AppError } from '../../model/index.js';
import type { Cell, ObjectStore } from '../../queries/index.js';
import { type SinkRecord, sinkRecordSchema } from './SinkRecord.js';

const integer = z.string().regex(/^-?\d+$/);

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** First instant whose usage is sent, epoch ms. */
  start: z.int(),
  /** End of the last window that was planned, epoch ms. */
  through: z.int(),
  /** Usage of each tenant and name that is in a record or carried, millionths. */
  taken: z.record(z.string(), integer),
  /** Usage of each customer and name that is in no record yet, less than a unit or waiting for a window, millionths. */
  carried: z.record(z.string(), integer),
  /** Records that are not settled. */
  records: z.array(sinkRecordSchema),
  /** Objects of settled records so far. */
  logged: z.int().nonnegative(),
});

/** What is remembered of a sink from run to run. Settled records are kept in objects of their own, which never change. */
export type SinkState = z.output<typeof stateSchema>;

/** A settled record in the log. */
export interface SettledRecord extends SinkRecord {
  readonly receipt: string;
}

/** The state of one sink in a store, changed by conditional writes only. */
export class SinkStore {
  readonly #store: ObjectStore;
  readonly #folder: string;
  #seen: Cell | undefined;

  constructor(store: ObjectStore, sink: string) {
    this.#store = store;
    this.#folder = sink;
  }

  get leaseKey(): string {
    return `${this.#folder}/lease`;
  }

  /** Undefined before the first plan. Throws LAKE_DAMAGED for what cannot be read: sending without it could send twice. */
  async read(): Promise<SinkState | undefined> {
    this.#seen = await this.#store.readCell(`${this.#folder}/state`);
    if (this.#seen === undefined) return undefined;
    try {
      return stateSchema.parse(JSON.parse(this.#seen.text));
    } catch (cause) {
      throw new AppError('LAKE_DAMAGED', 'the state of a sink cannot be read', {
        where: `${this.#store.name}/${this.#folder}/state`,
        expected: 'what an earlier run wrote',
        got: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
        hint: 'bring it back from a copy; without it, usage would be sent again',
        cause,
      });
    }
  }

  /** Replaces what was read or written last. Throws LAKE_BUSY when another run has changed it since. */
  async write(state: SinkState): Promise<void> {
    const text = `${JSON.stringify(state, null, 1)}\n`;
    const written = await this.#store.writeCell(`${this.#folder}/state`, text, this.#seen);
    if (written === undefined) {
      throw new AppError('LAKE_BUSY', 'another run has changed the state of the sink', {
        where: `${this.#store.name}/${this.#folder}/state`,
        hint: 'run it again when the other has ended: what it sent is not sent twice',
      });
    }
    this.#seen = written;
  }

  /** Keeps settled records, and returns the state that counts them. */
  async log(state: SinkState, settled: readonly SettledRecord[]): Promise<SinkState> {
    if (settled.length === 0) return state;
    let number = state.logged;
    do number += 1;
    while (!(await this.#store.create(this.#name(number), `${JSON.stringify(settled, null, 1)}\n`)));
    return { ...state, logged: number };
  }

  #name(number: number): string {
    return `${this.#folder}/settled/${String(number).padStart(10, '0')}.json`;
  }
}
