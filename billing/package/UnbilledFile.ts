import { join } from 'node:path';
import { decimalFromMicros } from '../../model/index.js';
import type { RatedUsage } from '../rating/rateTenant.js';
import { PACKAGE_FILES } from './BillingManifest.js';
import { csvLine } from './csvText.js';
import type { PackageFile } from './DatasetWriter.js';
import type { UnbilledReason } from './Reconciliation.js';
import { TextFile } from './TextFile.js';

/** Usage that is in no charge. */
export interface UnbilledUsage {
  readonly usage: RatedUsage;
  readonly reason: UnbilledReason;
}

/** The columns of `unbilled.csv`. */
export const UNBILLED_COLUMNS = ['tenant_id', 'service', 'meter', 'unit', 'quantity', 'reason'];

/** `unbilled.csv`: what was measured and is in no charge, by tenant and meter, and why. */
export class UnbilledFile {
  readonly #file: TextFile;
  readonly #counts = new Map<UnbilledReason, number>();

  private constructor(file: TextFile) {
    this.#file = file;
  }

  static async begin(folder: string): Promise<UnbilledFile> {
    return new UnbilledFile(await TextFile.begin(join(folder, PACKAGE_FILES.unbilled), csvLine(UNBILLED_COLUMNS)));
  }

  /** Adds what one tenant is not billed for, a line a meter. */
  async add(unbilled: readonly UnbilledUsage[]): Promise<void> {
    const sums = new Map<string, { readonly usage: RatedUsage; readonly reason: UnbilledReason; sum: bigint }>();
    for (const { usage, reason } of unbilled) {
      const key = [usage.service, usage.meter, usage.unit, reason].join('\n');
      const known = sums.get(key) ?? { usage, reason, sum: 0n };
      known.sum += usage.quantity_micros;
      sums.set(key, known);
    }
    for (const [, { usage, reason, sum }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
      this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
      const { tenant_id, service, meter, unit } = usage;
      await this.#file.add(csvLine([tenant_id, service, meter, unit, decimalFromMicros(sum), reason]));
    }
  }

  /** How many lines there are of each reason. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  end(): Promise<PackageFile> {
    return this.#file.end();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}
