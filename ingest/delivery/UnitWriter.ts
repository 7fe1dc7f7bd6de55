import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InputRecord } from '../inputs/readRecords.js';
import { syncPath } from '../lake/syncPath.js';
import { convertSpool, type StagedObject } from './convertSpool.js';
import { errorPath, errorRecord } from './errorRecord.js';
import { PartitionSpool } from './PartitionSpool.js';

/** Size at which a spool is converted, in the background, while the next lines come in. */
const SPOOL_BYTES = 256 * 1024 * 1024;
/** Size at which an error object is closed. */
const ERROR_OBJECT_BYTES = 64 * 1024 * 1024;

/** An error object made ready. */
export interface StagedErrors {
  readonly path: string;
  readonly records: number;
}

/** What a writer works with. */
export interface UnitWriterOptions {
  readonly staging: string;
  readonly unit: string;
  readonly memoryMb: number;
  readonly threads: number;
}

/** Collects what a unit puts into the lake, in staging: nothing is visible before the unit is committed. */
export class UnitWriter {
  readonly #options: UnitWriterOptions;
  #spool: PartitionSpool;
  #conversions = 0;
  #converting: Promise<readonly StagedObject[]> | undefined;
  readonly #objects: StagedObject[] = [];
  readonly #errors = new Map<string, { path: string; records: number; bytes: number }>();
  #errorObjects = 0;
  readonly #closedErrors: StagedErrors[] = [];
  readonly lines = new Map<string, number>();

  constructor(options: UnitWriterOptions) {
    this.#options = options;
    this.#spool = this.#newSpool();
  }

  /** Adds the events of an accepted record. */
  async accept(partition: string, ndjson: Buffer, lines: number): Promise<void> {
    this.#spool.append(partition, ndjson, lines);
    this.lines.set(partition, (this.lines.get(partition) ?? 0) + lines);
    if (this.#spool.bytes >= SPOOL_BYTES) await this.#convert();
  }

  /** Adds a record to the quarantine of a type. */
  quarantine(type: string, record: InputRecord, reason: string): void {
    let object = this.#errors.get(type);
    if (object === undefined) {
      object = {
        path: errorPath(type, record.arrival, this.#options.unit, this.#errorObjects++),
        records: 0,
        bytes: 0,
      };
      this.#errors.set(type, object);
    }
    const text = errorRecord(record, reason);
    const staged = join(this.#options.staging, 'final', object.path);
    if (object.records === 0) mkdirSync(dirname(staged), { recursive: true });
    appendFileSync(staged, text);
    object.records += 1;
    object.bytes += text.length;
    if (object.bytes < ERROR_OBJECT_BYTES) return;
    this.#closedErrors.push({ path: object.path, records: object.records });
    this.#errors.delete(type);
  }

  /** Converts what is left; returns everything that is ready to be committed. */
  async finish(): Promise<{ readonly objects: readonly StagedObject[]; readonly errors: readonly StagedErrors[] }> {
    await this.#convert();
    await this.#settle();
    const open = [...this.#errors.values()].map(({ path, records }) => ({ path, records }));
    const errors = [...this.#closedErrors, ...open];
    for (const { path } of errors) await syncPath(join(this.#options.staging, 'final', path));
    return { objects: this.#objects, errors };
  }

  /** Waits until nothing is written in the background any more; a failure there is met by `finish`, not here. */
  async settled(): Promise<void> {
    await this.#converting?.catch(() => undefined);
  }

  async #convert(): Promise<void> {
    await this.#settle();
    const { staging, unit, memoryMb, threads } = this.#options;
    const converting = convertSpool(this.#spool, { staging, unit, number: this.#conversions, memoryMb, threads });
    // A failure is met at the next settle; without this it would count as unhandled until then.
    converting.catch(() => undefined);
    this.#converting = converting;
    this.#conversions += 1;
    this.#spool = this.#newSpool();
  }

  async #settle(): Promise<void> {
    if (this.#converting === undefined) return;
    this.#objects.push(...(await this.#converting));
    this.#converting = undefined;
  }

  #newSpool(): PartitionSpool {
    return new PartitionSpool(join(this.#options.staging, `spool-${this.#conversions}`));
  }
}
