import { AppError } from '../../../model/index.js';
import type { LedgerPart } from '../bookedFiles.js';
import { BOOKING_VIEWS } from '../bookingRows.js';
import type { Engine } from '../Engine.js';
import type { ErrorFile } from '../errorFiles.js';
import type { BookedEntry } from '../lineFiles.js';
import { sqlText } from '../sqlText.js';

/** What this process knows of the lake that Trino must see alike. */
export interface SameLakeOptions {
  /** Answers with the views, unchecked. */
  readonly query: Engine['query'];
  readonly location: string;
  readonly parts: readonly LedgerPart[];
  /** Rows of the bookings' files, by view and manifest. */
  readonly bookingRows: ReadonlyMap<string, number>;
  /** The objects whose lines are read, wherever they lie now. */
  readonly entries: readonly BookedEntry[];
  readonly errors: readonly ErrorFile[];
  /** Rows of recent usage. */
  readonly recentRows: number;
}

/**
 * Holds what Trino sees against the lake's own log before an answer is believed: a copy that lags behind, a catalogue
 * without partition projection or a partition outside its dates give figures that look like any other. Throws
 * ENGINE_UNAVAILABLE naming the place. What held once is not asked again.
 */
export class SameLake {
  readonly #options: SameLakeOptions;
  readonly #held = new Set<string>();

  constructor(options: SameLakeOptions) {
    this.#options = options;
  }

  /**
   * Of each part, the lines Trino sees must be those its manifests took (a merged part has the number of its last manifest),
   * and the rows of every file of bookings those that are in it.
   */
  async checkBookings(): Promise<void> {
    const { query, parts, bookingRows } = this.#options;
    const counts = Object.keys(BOOKING_VIEWS).map(
      (view) => `select '${view}', manifest, count(*) from ${view} group by manifest`,
    );
    const seen = await query(`select 'lines', manifest, cast(sum("rows") as bigint) from booked_events group by manifest
      union all ${counts.join(' union all ')}`);
    const got = new Map(seen.rows.map(([what, manifest, count]) => [`${what} ${manifest}`, Number(count)]));
    for (const { manifests } of parts) {
      const lines = manifests.flatMap(({ objects }) => objects).reduce((sum, { rows }) => sum + rows, 0);
      const number = manifests.at(-1)?.number ?? 0;
      this.#compare(`booking ${number}`, lines, got.get(`lines ${number}`) ?? 0, 'lines');
    }
    for (const [key, rows] of bookingRows) {
      const [view, number] = key.split(' ');
      this.#compare(`booking ${number}`, rows, got.get(key) ?? 0, `rows of ${view}`);
    }
  }

  /** The lines of each partition that a statement can read must be those of its objects. */
  async checkLines(sql: string): Promise<void> {
    const expected = this.#partitionsOf(sql);
    const tenants = [...new Set([...expected.values()].map(({ tenant }) => tenant))];
    const dates = [...new Set([...expected.values()].map(({ dt }) => dt))];
    const key = JSON.stringify([tenants, dates]);
    if (expected.size === 0 || this.#held.has(key)) return;
    const within = `tenant_id in (${tenants.map(sqlText).join(', ')}) and dt in (${dates.map(sqlText).join(', ')})`;
    const seen = await this.#options.query(
      `select tenant_id, dt, count(*) from events where ${within} group by tenant_id, dt`,
    );
    const lines = new Map(seen.rows.map(([tenant, dt, rows]) => [`${tenant}/${dt}`, Number(rows)]));
    for (const [partition, { tenant, dt, rows }] of expected) {
      this.#compare(`tenant ${tenant}, ${dt}`, rows, lines.get(partition) ?? 0, 'lines');
    }
    this.#held.add(key);
  }

  /** The quarantine's records must be those of its objects. */
  async checkErrors(): Promise<void> {
    const { query, errors } = this.#options;
    if (errors.length === 0 || this.#held.has('errors')) return;
    const seen = await query('select count(*) from quarantine');
    const expected = errors.reduce((sum, { records }) => sum + records, 0);
    this.#compare('errors', expected, Number(seen.rows[0]?.[0] ?? 0), 'records');
    this.#held.add('errors');
  }

  /** Recent usage must have the rows of its files. */
  async checkRecent(): Promise<void> {
    if (this.#held.has('recent')) return;
    const seen = await this.#options.query('select count(*) from usage_recent');
    this.#compare('recent usage', this.#options.recentRows, Number(seen.rows[0]?.[0] ?? 0), 'rows');
    this.#held.add('recent');
  }

  /**
   * Rows by partition. Injected partitions are read by values that stand in the statement, so the tenants it names are those
   * it can read; of the dates it names, all from the first to the last.
   */
  #partitionsOf(sql: string): ReadonlyMap<string, { tenant: string; dt: string; rows: number }> {
    const named = [...sql.matchAll(/'(\d{4}-\d\d-\d\d)'/g)].map(([, date = '']) => date).sort();
    const [first = '', last = '9999-12-31'] = [named[0], named.at(-1)];
    const partitions = new Map<string, { tenant: string; dt: string; rows: number }>();
    for (const { emitter, dt, rows } of this.#options.entries) {
      if (dt < first || dt > last || !sql.includes(sqlText(emitter))) continue;
      const key = `${emitter}/${dt}`;
      partitions.set(key, { tenant: emitter, dt, rows: rows + (partitions.get(key)?.rows ?? 0) });
    }
    return partitions;
  }

  #compare(place: string, expected: number, got: number, unit: string): void {
    if (got === expected) return;
    throw new AppError('ENGINE_UNAVAILABLE', 'Trino does not see this lake', {
      where: `${place} under ${this.#options.location}`,
      expected: `${expected} ${unit}`,
      got: String(got),
      hint: 'check --trino-location and the settings of the catalogue (docs/reports.md), and that the lake is no copy that lags behind',
    });
  }
}
