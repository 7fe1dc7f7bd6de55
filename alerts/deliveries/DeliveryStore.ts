import * as z from 'zod';
import { AppError, LAKE } from '../../model/index.js';
import type { Cell, ObjectStore } from '../../queries/index.js';
import { type IncidentDeliveries, incidentDeliveriesSchema } from './IncidentDeliveries.js';

const openSchema = z.strictObject({
  version: z.literal(1),
  /** When each was enqueued to last, epoch milliseconds, by incident id. */
  incidents: z.record(z.string(), z.int().nonnegative()),
});

/** Writes that others came before are repeated; so often in a row means that something else is wrong. */
const MOST_CONFLICTS = 50;

/**
 * Deliveries in an object store: a text for each incident, one that says which of them have work, and a mark for each
 * incident and day, to find them by. Throws LAKE_BUSY, LAKE_DAMAGED and what the store throws.
 */
export class DeliveryStore {
  readonly #store: ObjectStore;
  readonly #waitAfter: (conflicts: number) => Promise<unknown>;

  /** @param waitAfter waits before a write is tried again that another run came before */
  constructor(store: ObjectStore, waitAfter: (conflicts: number) => Promise<unknown>) {
    this.#store = store;
    this.#waitAfter = waitAfter;
  }

  /** Incidents that may have work, and when each was enqueued to last. */
  async open(): Promise<ReadonlyMap<string, number>> {
    const cell = await this.#store.readCell(OPEN);
    return new Map(Object.entries(cell === undefined ? {} : this.#parse(OPEN, openSchema, cell).incidents));
  }

  /** Says that incidents have work, before they have: what is said in vain costs a read, what is not said is never sent. */
  async markOpen(incidentIds: readonly string[], now: number): Promise<void> {
    if (incidentIds.length === 0) return;
    const marks = Object.fromEntries(incidentIds.map((id) => [id, now]));
    await this.#changeOpen((incidents) => ({ ...incidents, ...marks }));
    for (const id of incidentIds) await this.#store.create(`${DAYS}/${dayOf(now)}_${fileName(id)}`, '');
  }

  /** Takes incidents off that had no work when they were read, unless somebody enqueued to them since `before`. */
  async unmark(incidentIds: readonly string[], before: number): Promise<void> {
    if (incidentIds.length === 0) return;
    const gone = new Set(incidentIds);
    await this.#changeOpen((incidents) =>
      Object.fromEntries(Object.entries(incidents).filter(([id, at]) => !gone.has(id) || at >= before)),
    );
  }

  /** Incidents that were enqueued to on the UTC day of an instant, or since. */
  async since(epochMs: number): Promise<readonly string[]> {
    const names = await this.#store.list(DAYS, dayOf(epochMs));
    return [...new Set(names.map((name) => name.slice('2026-11-27_'.length)))];
  }

  /** The deliveries of an incident; undefined when there never were any. */
  async read(incidentId: string): Promise<IncidentDeliveries | undefined> {
    const key = keyOf(incidentId);
    const cell = await this.#store.readCell(key);
    return cell === undefined ? undefined : this.#parse(key, incidentDeliveriesSchema, cell);
  }

  /**
   * Changes the deliveries of an incident, and returns what stands then. The change is a function of what stood before, and
   * is made anew when another run came first. Undefined leaves it as it is.
   */
  async change(
    incidentId: string,
    change: (before: IncidentDeliveries | undefined) => IncidentDeliveries | undefined,
  ): Promise<IncidentDeliveries | undefined> {
    const key = keyOf(incidentId);
    return this.#replace(key, incidentDeliveriesSchema, change);
  }

  async #changeOpen(change: (incidents: Readonly<Record<string, number>>) => Record<string, number>): Promise<void> {
    await this.#replace(OPEN, openSchema, (before) => ({
      version: 1 as const,
      incidents: change(before?.incidents ?? {}),
    }));
  }

  async #replace<T>(
    key: string,
    schema: z.ZodType<T>,
    change: (before: T | undefined) => T | undefined,
  ): Promise<T | undefined> {
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
      const seen = await this.#store.readCell(key);
      const before = seen === undefined ? undefined : this.#parse(key, schema, seen);
      const after = change(before);
      if (after === undefined || after === before) return before;
      if ((await this.#store.writeCell(key, `${JSON.stringify(after)}\n`, seen)) !== undefined) return after;
      await this.#waitAfter(conflicts + 1);
    }
    throw new AppError('LAKE_BUSY', 'other runs keep changing the deliveries', {
      where: `${this.#store.name}/${key}`,
      hint: 'let fewer of them run at once, then run it again',
    });
  }

  #parse<T>(key: string, schema: z.ZodType<T>, { text }: Cell): T {
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new AppError('LAKE_DAMAGED', 'what is kept of deliveries cannot be read', {
        where: `${this.#store.name}/${key}`,
        hint: 'a newer tenantscope may have written it; otherwise put it back from a backup, or delete it and enqueue anew',
        cause: error,
      });
    }
  }
}

const OPEN = `${LAKE.alertDeliveries}/open`;
const DAYS = `${LAKE.alertDeliveries}/days`;
/** A folder each: a store of files looks through a folder for the versions of a text. */
const keyOf = (incidentId: string): string => `${LAKE.alertDeliveries}/incidents/${fileName(incidentId)}/deliveries`;

/** Ids are ours, yet a key must never lead out of its folder. */
const fileName = (id: string): string => id.replace(/[^A-Za-z0-9_-]/g, '_');

/** The UTC day of an instant, `2026-11-27`. */
const dayOf = (epochMs: number): string => new Date(Math.max(0, epochMs)).toISOString().slice(0, 10);
