import { bookingName, type LogEntry, type Manifest, sealedName } from '../../../model/index.js';
import { ErasedTenants } from '../../lake/ErasedTenants.js';
import type { ObjectSource } from '../../lake/ObjectSource.js';
import { holdLease, type Lease, type LeaseOptions } from '../../store/holdLease.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { LedgerBuildSummary } from '../buildLedger.js';
import { manifestsOf, openDate, sealedDates } from '../ledgerLog.js';
import { openLedgerLog } from '../openLedgerLog.js';
import { dateToSeal } from '../sealDates.js';
import { adoptBooking, isGone, keptBooking } from './adoptBooking.js';
import { type AttemptPoint, bookOnIceberg } from './bookOnIceberg.js';
import { type Decision, Decisions } from './decide.js';
import { describeOnSql } from './describeOnSql.js';
import { ensureTables } from './ensureTables.js';
import { eraseOnIceberg } from './eraseOnIceberg.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { newAttempt } from './newAttempt.js';
import { objectIndexOf } from './objectIndexOf.js';
import { removeOldRecent } from './removeOldRecent.js';
import { removeStages, removeSuperseded } from './removeSuperseded.js';
import { sealOnIceberg } from './sealOnIceberg.js';
import { type Announced, announce, noteErasure, readStanding, type Standing, stands } from './standing.js';

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
  | 'erased';

/** What a build did. */
export interface IcebergBuildSummary extends LedgerBuildSummary {
  /** Files among the events that are in no partition, and so in no booking. */
  readonly strays: readonly string[];
  /** New objects that were left to the next run, since the time of this one was over; absent when there are none. */
  readonly left?: number;
}

/**
 * `buildLedger` for a ledger in Iceberg (design decision 10). A booking's rows are written under the name of an attempt, a
 * table a commit. When all are there, one conditional write decides that this attempt counts, and a row in `bookings` makes
 * it seen. Interrupted anywhere, the next run makes another attempt, or announces what was decided. Two at once are kept
 * apart by a lease to save work; when they are not (a holder that slept), both write, one counts. Throws LAKE_BUSY when
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
    const ledgerLog = openLedgerLog(store);
    for (;;) {
      const log = await ledgerLog.read();
      const standing = await readStanding(ledger);
      await this.#finish(log, standing);
      await this.#erase(log, standing);
      await this.#merge(log, standing);
      const number = log.length + 1;
      const over = dateToSeal(log, clock());
      if (over !== undefined) {
        this.#progress(`sealing ${over}`);
        if (await ledgerLog.claim({ version: 1, kind: 'seal', number, booked_date: over })) this.#at('sealed');
        continue;
      }
      const taken = new Set(manifestsOf(log).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
      const { objects, strays } = await source.list(taken);
      const fresh = objects.filter(({ path }) => !taken.has(path));
      if (fresh.length === 0) {
        await source.booked();
        return { ...this.#total, strays };
      }
      if (clock() >= until) return { ...this.#total, strays, left: fresh.length };
      const some = fresh.slice(0, mostObjects);
      this.#progress(`reading ${some.length} of ${fresh.length} new objects`);
      const booked_date = openDate(log, clock());
      const described = await describeOnSql(ledger, some);
      const claim = { version: 1, kind: 'booking', number, booked_date, objects: described } as const;
      if (await ledgerLog.claim(claim)) this.#at('claimed');
    }
  }

  /** Makes the bookings that manifests promise and that do not stand. */
  async #finish(log: readonly LogEntry[], standing: Standing): Promise<void> {
    const { ledger, clock } = this.#options;
    const adopted = new Set<string>();
    for (const { manifest } of manifestsOf(log)) {
      if (stands(standing, manifest) || adopted.has(manifest.booked_date)) continue;
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
  async #attempt(manifest: Manifest, log: readonly LogEntry[]): Promise<Decision | undefined> {
    this.#lease.check();
    const { ledger, clock } = this.#options;
    if (isGone(manifest, await objectIndexOf(ledger.objects, log))) return this.#adopt(manifest, log);
    const attempt = newAttempt(clock());
    const fault = (point: AttemptPoint): void => this.#at(point);
    const { rows, events } = await bookOnIceberg(ledger, manifest, log, attempt, { fault });
    this.#lease.check();
    const decided = await this.#decisions.decide(bookingName(manifest.number), { attempt, rows, events });
    this.#at('decided');
    return decided;
  }

  /** Takes a booking whose lines are gone from the embedded ledger: itself, or all of its date. */
  async #adopt(manifest: Manifest, log: readonly LogEntry[]): Promise<Decision | undefined> {
    const { ledger, clock } = this.#options;
    const kept = await keptBooking(ledger, manifest);
    const ofDate = manifestsOf(log).flatMap((stored) =>
      stored.manifest.booked_date === manifest.booked_date ? [stored.manifest] : [],
    );
    const taken = kept.merged ? ofDate : [manifest];
    const last = taken.at(-1) ?? manifest;
    const name = kept.merged ? sealedName(manifest.booked_date) : bookingName(manifest.number);
    const adopt = async (): Promise<Decision> => {
      const attempt = newAttempt(clock());
      const events = await adoptBooking(ledger, kept, last, attempt);
      const rows = taken.flatMap(({ objects }) => objects).reduce((sum, object) => sum + object.rows, 0);
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
  async #erase(log: readonly LogEntry[], before: Standing): Promise<void> {
    const { ledger, clock } = this.#options;
    for (const { kind, number } of log) {
      if (kind !== 'erasure' || before.erasures.has(number)) continue;
      const until = log.slice(0, number);
      await this.#merge(until, before);
      this.#progress('erasing a tenant');
      this.#lease.check();
      await eraseOnIceberg(ledger, new ErasedTenants(until));
      this.#lease.check();
      await noteErasure(ledger, this.#decisions.ledgerId, number, clock());
      this.#at('erased');
    }
  }

  async #announceMerge({ booked_date, number }: Manifest, decided: Decision): Promise<void> {
    this.#lease.check();
    const { ledger, clock } = this.#options;
    const merge = { kind: 'sealed', booked_date, manifest: number, ...decided } as const;
    await announce(ledger, this.#decisions.ledgerId, merge, clock());
    this.#total.sealed.push(booked_date);
    this.#at('merged');
  }

  /** Merges the sealed dates that are not merged; all bookings of the log stand. */
  async #merge(log: readonly LogEntry[], before: Standing): Promise<void> {
    const { ledger } = this.#options;
    const open = sealedDates(log).filter((date) => !before.sealed.has(date));
    if (open.length === 0) return;
    const standing = await readStanding(ledger);
    for (const date of open) {
      const manifests = manifestsOf(log).flatMap(({ manifest }) => (manifest.booked_date === date ? [manifest] : []));
      const last = manifests.at(-1);
      if (last === undefined || standing.sealed.has(date)) continue;
      this.#progress(`merging ${date}`);
      const booked = manifests.flatMap(({ number }) => standing.bookings.get(number) ?? []);
      const decided = (await this.#decisions.read(sealedName(date))) ?? (await this.#attemptMerge(manifests, booked));
      await this.#announceMerge(last, decided);
    }
  }

  async #attemptMerge(manifests: readonly Manifest[], booked: readonly Announced[]) {
    this.#lease.check();
    const [date, name] = [manifests[0]?.booked_date, sealedName(manifests[0]?.booked_date ?? ('' as never))];
    const sum = (of: (one: Announced) => number): number => booked.reduce((total, one) => total + of(one), 0);
    const [rows, events] = [sum((one) => one.rows), sum((one) => one.events)];
    // The rows of one booking are what merging would give.
    const [only] = booked.length === 1 ? booked : [];
    const attempt = only?.attempt ?? newAttempt(this.#options.clock());
    if (only === undefined && date !== undefined) {
      await sealOnIceberg(this.#options.ledger, date, manifests, attempt, (point) => this.#at(point));
    }
    this.#lease.check();
    const decided = await this.#decisions.decide(name, { attempt, rows, events });
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
