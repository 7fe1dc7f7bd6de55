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
 * Deliveries in an object store: a text for each incident, one that says which of them have work, a mark for each incident and
 * day, to find them by, and one for the day on which what is old was forgotten. Throws LAKE_BUSY, LAKE_DAMAGED and what the store throws.
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
    const open = this.#parse(OPEN, openSchema, await this.#store.readCell(OPEN));
    return new Map(Object.entries(open?.incidents ?? {}));
  }

  /** Says that incidents have work, before they have: what is said in vain costs a read, what is not said is never sent. */
  async markOpen(incidentIds: readonly string[], now: number): Promise<void> {
    if (incidentIds.length === 0) return;
    const marks = Object.fromEntries(incidentIds.map((id) => [id, now]));
    await this.#changeOpen((incidents) => ({ ...incidents, ...marks }));
    for (const id of incidentIds) await this.#store.create(`${DAYS}/${dayOf(now)}_${fileName(id)}`, MARK);
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
    return [...new Set(names.map(incidentOf))];
  }

  /** The deliveries of an incident; undefined when there never were any, or none are kept any more. */
  async read(incidentId: string): Promise<IncidentDeliveries | undefined> {
    const key = keyOf(incidentId);
    return this.#parse(key, incidentDeliveriesSchema, await this.#store.readCell(key));
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

  /**
   * Keeps nothing more of an incident if it is over, by a conditional write: what another run enqueues meanwhile stays. Says
   * whether nothing is kept now. Its marks are left to `dropMarks`, since it must be found as long as anything is.
   */
  async forget(incidentId: string, isOver: (of: IncidentDeliveries) => boolean): Promise<boolean> {
    const kept = await this.#replace(keyOf(incidentId), incidentDeliveriesSchema, (before) =>
      before !== undefined && isOver(before) ? null : undefined,
    );
    return kept === undefined;
  }

  /** Incidents that were enqueued to last before the UTC day of an instant, with the names of their marks. */
  async untouchedSince(epochMs: number): Promise<ReadonlyMap<string, readonly string[]>> {
    const marks = new Map<string, string[]>();
    for (const name of await this.#store.list(DAYS))
      marks.set(incidentOf(name), [...(marks.get(incidentOf(name)) ?? []), name]);
    return new Map([...marks].filter(([, names]) => (names.at(-1) ?? '') < dayOf(epochMs)));
  }

  /** Removes marks of an incident of which nothing is kept. */
  async dropMarks(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#store.remove(`${DAYS}/${name}`);
  }

  /** True for one of all runs that ask on a UTC day: it does what is to be done once a day. Earlier days are forgotten. */
  async takeDay(now: number): Promise<boolean> {
    const today = dayOf(now);
    // Read first: nearly all creations would be refused, which a bucket's metrics count as errors.
    if ((await this.#store.read(`${DAILY}/${today}`)) !== undefined) return false;
    if (!(await this.#store.create(`${DAILY}/${today}`, MARK))) return false;
    for (const day of await this.#store.list(DAILY)) if (day < today) await this.#store.remove(`${DAILY}/${day}`);
    return true;
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
    change: (before: T | undefined) => T | null | undefined,
  ): Promise<T | undefined> {
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
      const seen = await this.#store.readCell(key);
      const before = this.#parse(key, schema, seen);
      const after = change(before);
      if (after === undefined || after === before) return before;
      if ((await this.#store.writeCell(key, `${JSON.stringify(after)}\n`, seen)) !== undefined)
        return after ?? undefined;
      await this.#waitAfter(conflicts + 1);
    }
    throw new AppError('LAKE_BUSY', 'other runs keep changing the deliveries', {
      where: `${this.#store.name}/${key}`,
      hint: 'let fewer of them run at once, then run it again',
    });
  }

  /** `null` stands for what is not kept any more: a text that is replaced cannot be taken away without losing a writer. */
  #parse<T>(key: string, schema: z.ZodType<T>, cell: Cell | undefined): T | undefined {
    if (cell === undefined) return undefined;
    try {
      return schema.nullable().parse(JSON.parse(cell.text)) ?? undefined;
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
const DAILY = `${LAKE.alertDeliveries}/daily`;
/** The client of S3 takes an empty text for a stream of unknown length, and warns of each. */
const MARK = '\n';
/** A folder each: a store of files looks through a folder for the versions of a text. */
const keyOf = (incidentId: string): string => `${LAKE.alertDeliveries}/incidents/${fileName(incidentId)}/deliveries`;

/** Ids are ours, yet a key must never lead out of its folder. */
const fileName = (id: string): string => id.replace(/[^A-Za-z0-9_-]/g, '_');

/** The incident of a mark, `2026-11-27_5f1c9a7e02b44d10`. */
const incidentOf = (mark: string): string => mark.slice('2026-11-27_'.length);

/** The UTC day of an instant, `2026-11-27`. */
const dayOf = (epochMs: number): string => new Date(Math.max(0, epochMs)).toISOString().slice(0, 10);
