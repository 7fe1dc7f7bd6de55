import { bookingName, type Manifest, sealedName } from '../../../model/index.js';
import { ErasedTenants } from '../../lake/ErasedTenants.js';
import type { ObjectSource } from '../../lake/ObjectSource.js';
import { holdLease, type Lease, type LeaseOptions } from '../../store/holdLease.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { LedgerBuildSummary } from '../buildLedger.js';
import { KnownLog } from '../checkpoint/KnownLog.js';
import { unfinishedBookings } from '../checkpoint/knownParts.js';
import { factsOf, type OpenBooking } from '../checkpoint/LogSummary.js';
import { pathsOf } from '../EarlierBookings.js';
import { adoptBooking, isGone, keptBooking } from './adoptBooking.js';
import { type AttemptPoint, bookOnIceberg } from './bookOnIceberg.js';
import { type Decision, Decisions } from './decide.js';
import { describeOnSql } from './describeOnSql.js';
import { earlierOnIceberg } from './earlierOnIceberg.js';
import { ensureTables } from './ensureTables.js';
import { eraseOnIceberg } from './eraseOnIceberg.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { newAttempt } from './newAttempt.js';
import { removeOldRecent } from './removeOldRecent.js';
import { removeStages, removeSuperseded } from './removeSuperseded.js';
import { sealOnIceberg } from './sealOnIceberg.js';
import { type Announced, announce, noteErasure, readStanding, type Standing, whatStands } from './standing.js';

/** What a build needs. */
export interface IcebergBuildOptions {
  readonly ledger: IcebergLedger;
  /** The lake's log, and what else has one winner. */
  readonly store: ObjectStore;
  readonly source: ObjectSource;
  /** Now, epoch milliseconds: the UTC date of new bookings. */
  readonly clock: () => number;
  /** Who builds, for whoever finds the ledger taken; and how the lease is waited for. */
  readonly lease: Pick<LeaseOptions, 'owner' | 'ttlMs' | 'sleep'>;
  /** Objects one booking takes at most; all there are when it is left out. A booking is made in one go, or again from its beginning. */
  readonly mostObjects?: number;
  /** Nothing is claimed from then on, epoch milliseconds: for whoever is ended at a fixed time. */
  readonly until?: number;
  readonly onProgress?: (text: string) => void;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: BuildPoint) => void;
}

/** Named points of a build. */
export type BuildPoint =
  | AttemptPoint
  | 'claimed'
  | 'decided'
  | 'booked'
  | 'sealed'
  | `merged ${string}`
  | 'merge decided'
  | 'merged'
  | 'adopted'
  | 'erased'
  | 'checkpoint';

/** What a build did. */
export interface IcebergBuildSummary extends LedgerBuildSummary {
  /** Files among the events that are in no partition, and so in no booking. */
  readonly strays: readonly string[];
  /** New objects that were left to the next run, since the time of this one was over, at least; absent when there are none. */
  readonly left?: number;
}

/**
 * `buildLedger` for a ledger in Iceberg (design decision 10). A booking's rows are written under the name of an attempt, a
 * table a commit. When all are there, one conditional write decides that this attempt counts, and a row in `bookings` makes
 * it seen. Interrupted anywhere, the next run makes another attempt, or announces what was decided. Two at once are kept
 * apart by a lease to save work; when they are not (a holder that slept), both write, one counts. Of the log it reads what is
 * new since the last checkpoint, and of what is older the entries that a step needs. Throws LAKE_BUSY when
 * another run holds the ledger, LAKE_DAMAGED, ENGINE_UNAVAILABLE.
 */
export async function buildIcebergLedger(options: IcebergBuildOptions): Promise<IcebergBuildSummary> {
  const { ledger, store, clock } = options;
  const decisions = new Decisions(store, await ensureTables(ledger));
  return holdLease({ ...options.lease, store, clock, key: decisions.leaseKey }, async (lease) => {
    const build = new Build(options, decisions, lease);
    const standing = await readStanding(ledger);
    await removeSuperseded(ledger, standing, clock());
    await removeOldRecent(ledger, standing);
    await removeStages(ledger, clock());
    return build.run();
  });
}

class Build {
  readonly #options: IcebergBuildOptions;
  readonly #decisions: Decisions;
  readonly #lease: Lease;
  readonly #total = { bookings: 0, objects: 0, rows: 0, events: 0, duplicates: 0, sealed: [] as string[] };

  constructor(options: IcebergBuildOptions, decisions: Decisions, lease: Lease) {
    this.#options = options;
    this.#decisions = decisions;
    this.#lease = lease;
  }

  async run(): Promise<IcebergBuildSummary> {
    const { ledger, store, source, clock, mostObjects, until = Number.POSITIVE_INFINITY } = this.#options;
    const log = await KnownLog.open(store, { journal: source.journal === true, keeps: true });
    for (; ; await log.advance()) {
      const standing = await readStanding(ledger);
      await this.#finish(log, standing);
      await this.#erase(log, standing);
      await this.#merge(log, standing);
      const number = log.length + 1;
      const over = log.summary.dateToSeal(clock());
      if (over !== undefined) {
        this.#progress(`sealing ${over}`);
        if (await log.claim({ version: 1, kind: 'seal', number, booked_date: over })) this.#at('sealed');
        continue;
      }
      const { objects: fresh, strays } = await source.list(log);
      const isLate = clock() >= until;
      if (fresh.length === 0 || isLate) {
        if (fresh.length === 0) await source.booked();
        this.#at('checkpoint');
        await log.writeCheckpoint();
        return { ...this.#total, strays, ...(fresh.length === 0 ? {} : { left: fresh.length }) };
      }
      const some = fresh.slice(0, mostObjects);
      this.#progress(`reading ${some.length} of ${fresh.length} new objects`);
      const booked_date = log.summary.openDate(clock());
      const described = await describeOnSql(ledger, some);
      const claim = { version: 1, kind: 'booking', number, booked_date, objects: described } as const;
      if (await log.claim(claim)) this.#at('claimed');
    }
  }

  /** Makes the bookings that manifests promise and that do not stand. */
  async #finish(log: KnownLog, standing: Standing): Promise<void> {
    const { ledger, clock } = this.#options;
    const adopted = new Set<string>();
    const unfinished = await unfinishedBookings(log, whatStands(standing));
    for await (const manifest of log.each(unfinished.map(({ number }) => number))) {
      if (manifest.kind !== 'booking' || adopted.has(manifest.booked_date)) continue;
      this.#progress(`booking ${manifest.objects.length} objects`);
      const name = bookingName(manifest.number);
      const decided = (await this.#decisions.read(name)) ?? (await this.#attempt(manifest, log));
      if (decided === undefined) {
        adopted.add(manifest.booked_date);
        continue;
      }
      this.#lease.check();
      const { number, booked_date } = manifest;
      await announce(
        ledger,
        this.#decisions.ledgerId,
        { kind: 'booking', booked_date, manifest: number, ...decided },
        clock(),
      );
      this.#total.bookings += 1;
      this.#total.objects += manifest.objects.length;
      this.#total.rows += decided.rows;
      this.#total.events += decided.events;
      this.#total.duplicates += decided.rows - decided.events;
      this.#at('booked');
    }
  }

  /** Returns what counts; undefined when it is the merge of its date, and that is announced. */
  async #attempt(manifest: Manifest, log: KnownLog): Promise<Decision | undefined> {
    this.#lease.check();
    const { ledger, clock } = this.#options;
    const earlier = earlierOnIceberg(log, ledger.objects, manifest);
    if (isGone(manifest, await earlier.indexOf(pathsOf(manifest.objects)))) return this.#adopt(manifest, log);
    const attempt = newAttempt(clock());
    const fault = (point: AttemptPoint): void => this.#at(point);
    const { rows, events } = await bookOnIceberg(ledger, manifest, earlier, attempt, { fault });
    this.#lease.check();
    const decided = await this.#decisions.decide(bookingName(manifest.number), { attempt, rows, events });
    this.#at('decided');
    return decided;
  }

  /** Takes a booking whose lines are gone from the embedded ledger: itself, or all of its date. */
  async #adopt(manifest: Manifest, log: KnownLog): Promise<Decision | undefined> {
    const { ledger, clock } = this.#options;
    const kept = await keptBooking(ledger, manifest);
    const taken = kept.merged ? await bookingsOn(log, manifest.booked_date) : [factsOf(manifest)];
    const last = taken.at(-1) ?? factsOf(manifest);
    const name = kept.merged ? sealedName(manifest.booked_date) : bookingName(manifest.number);
    const adopt = async (): Promise<Decision> => {
      const attempt = newAttempt(clock());
      const events = await adoptBooking(ledger, kept, last, attempt);
      const rows = taken.reduce((sum, booking) => sum + booking.rows, 0);
      this.#lease.check();
      return this.#decisions.decide(name, { attempt, rows, events });
    };
    const decided = (kept.merged ? await this.#decisions.read(name) : undefined) ?? (await adopt());
    this.#at('adopted');
    if (!kept.merged) return decided;
    await this.#announceMerge(last, decided);
    return undefined;
  }

  /** Carries out the log's erasures, each when all that was booked and sealed before it stands, and before any later merge. */
  async #erase(log: KnownLog, before: Standing): Promise<void> {
    const { ledger, clock } = this.#options;
    const erasures = log.summary.others.flatMap(({ kind, number }) => (kind === 'erasure' ? [number] : []));
    for (const number of erasures) {
      if (before.erasures.has(number)) continue;
      await this.#merge(log, before, number);
      this.#progress('erasing a tenant');
      this.#lease.check();
      await eraseOnIceberg(ledger, new ErasedTenants(await log.entries(erasures.filter((other) => other <= number))));
      this.#lease.check();
      await noteErasure(ledger, this.#decisions.ledgerId, number, clock());
      this.#at('erased');
    }
  }

  async #announceMerge({ booked_date, number }: OpenBooking, decided: Decision): Promise<void> {
    this.#lease.check();
    const { ledger, clock } = this.#options;
    const merge = { kind: 'sealed', booked_date, manifest: number, ...decided } as const;
    await announce(ledger, this.#decisions.ledgerId, merge, clock());
    this.#total.sealed.push(booked_date);
    this.#at('merged');
  }

  /** Merges the dates that are sealed, by entries before a number, and not merged; all bookings of the log stand. */
  async #merge(log: KnownLog, before: Standing, until = Number.POSITIVE_INFINITY): Promise<void> {
    const { ledger } = this.#options;
    const open = log.summary.sealed.filter(({ booked_date, seal }) => seal < until && !before.sealed.has(booked_date));
    if (open.length === 0) return;
    const standing = await readStanding(ledger);
    for (const date of open) {
      if (standing.sealed.has(date.booked_date)) continue;
      const bookings = await log.bookingsOf(date);
      const last = bookings.at(-1);
      if (last === undefined) continue;
      this.#progress(`merging ${date.booked_date}`);
      const booked = bookings.flatMap(({ number }) => standing.bookings.get(number) ?? []);
      const name = sealedName(date.booked_date);
      const decided = (await this.#decisions.read(name)) ?? (await this.#attemptMerge(last, booked));
      await this.#announceMerge(last, decided);
    }
  }

  async #attemptMerge({ booked_date, number }: OpenBooking, booked: readonly Announced[]) {
    this.#lease.check();
    const sum = (of: (one: Announced) => number): number => booked.reduce((total, one) => total + of(one), 0);
    const [rows, events] = [sum((one) => one.rows), sum((one) => one.events)];
    // The rows of one booking are what merging would give.
    const [only] = booked.length === 1 ? booked : [];
    const attempt = only?.attempt ?? newAttempt(this.#options.clock());
    if (only === undefined) {
      await sealOnIceberg(this.#options.ledger, booked_date, number, attempt, (point) => this.#at(point));
    }
    this.#lease.check();
    const decided = await this.#decisions.decide(sealedName(booked_date), { attempt, rows, events });
    this.#at('merge decided');
    return decided;
  }

  #at(point: BuildPoint): void {
    this.#options.fault?.(point);
  }

  #progress(text: string): void {
    this.#options.onProgress?.(text);
  }
}

/** All bookings of a date, sealed or not. */
async function bookingsOn(log: KnownLog, date: string): Promise<readonly OpenBooking[]> {
  const sealed = log.summary.sealed.find(({ booked_date }) => booked_date === date);
  if (sealed !== undefined) return log.bookingsOf(sealed);
  return log.summary.bookings.filter(({ booked_date }) => booked_date === date);
}
