/** What one tenant, or all of them, has in the event table. */
export interface TenantFiles {
  readonly tenant: string;
  /** Files that are read: delivered ones, and compacted ones in their stead. */
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  /** Files below half the target size that lie beside another such one in their partition: compaction would merge them. */
  readonly smallFiles: number;
  /** Small files by all files, 0 to 1; 0 when there are none. */
  readonly smallFileRatio: number;
  /** Arrival dates of the first and the last partition; null without files. */
  readonly oldestDt: string | null;
  readonly newestDt: string | null;
  /** First and last hour in which something happened, ISO instants, as the bookings know it; null when nothing is booked. */
  readonly firstEventHour: string | null;
  readonly lastEventHour: string | null;
  /** Files by the version of the event table whose columns they have: 0 for fewer or narrower ones, `unknown` until booked. */
  readonly schemaVersions: Readonly<Record<string, number>>;
  /** Delivered objects no manifest has taken yet. */
  readonly unbooked: number;
  /** Booked objects whose lines are past their retention. */
  readonly expired: number;
}

/** One file that is read. */
export interface CurrentFile {
  readonly tenant: string;
  readonly dt: string;
  readonly bytes: number;
  readonly rows: number;
  /** Undefined where nobody has looked. */
  readonly schema: number | undefined;
}

/** Sums files and facts, tenant by tenant. */
export class TenantFilesSum {
  readonly #tenant: string;
  readonly #partitions = new Map<string, number>();
  readonly #schemas = new Map<string, number>();
  #files = 0;
  #bytes = 0;
  #rows = 0;
  #dates: readonly [string, string] | undefined;
  #hours: readonly [string, string] | undefined;
  #unbooked = 0;
  #expired = 0;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  addFile(file: CurrentFile, small: boolean): void {
    this.#files += 1;
    this.#bytes += file.bytes;
    this.#rows += file.rows;
    const schema = String(file.schema ?? 'unknown');
    this.#schemas.set(schema, (this.#schemas.get(schema) ?? 0) + 1);
    this.#dates = widened(this.#dates, file.dt, file.dt);
    const key = `${file.tenant}/${file.dt}`;
    if (small) this.#partitions.set(key, (this.#partitions.get(key) ?? 0) + 1);
  }

  addHours(first: string | undefined, last: string | undefined): void {
    if (first !== undefined && last !== undefined) this.#hours = widened(this.#hours, first, last);
  }

  addUnbooked(): void {
    this.#unbooked += 1;
  }

  addExpired(): void {
    this.#expired += 1;
  }

  get total(): TenantFiles {
    const small = [...this.#partitions.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
    return {
      tenant: this.#tenant,
      files: this.#files,
      bytes: this.#bytes,
      rows: this.#rows,
      smallFiles: small,
      smallFileRatio: this.#files === 0 ? 0 : small / this.#files,
      oldestDt: this.#dates?.[0] ?? null,
      newestDt: this.#dates?.[1] ?? null,
      firstEventHour: this.#hours?.[0] ?? null,
      lastEventHour: this.#hours?.[1] ?? null,
      schemaVersions: Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      unbooked: this.#unbooked,
      expired: this.#expired,
    };
  }
}

function widened(span: readonly [string, string] | undefined, first: string, last: string): readonly [string, string] {
  if (span === undefined) return [first, last];
  return [first < span[0] ? first : span[0], last > span[1] ? last : span[1]];
}
