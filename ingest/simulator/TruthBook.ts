import type { FileHandle } from 'node:fs/promises';
import { findMeter, HOUR_MS, isoInstant, type Truth } from '../../model/index.js';
import type { PrintedLine } from './PrintedLine.js';

interface Sum {
  halves: number;
  events: number;
}

interface FormatSum {
  lines: number;
  logBytes: number;
  httpRequests: number;
}

/** Everything in truth.json besides what was booked here. */
type TruthHead = Omit<Truth, 'usage' | 'formats'>;

/**
 * Adds up what was printed, per hour and key, as whole halves of the unit (every simulated quantity is one). A number
 * holds halves exactly up to 2^53, which is four petabytes of one tenant in one hour.
 */
export class TruthBook {
  readonly #hours = new Map<number, Map<string, Sum>>();
  readonly #formats = new Map<string, FormatSum>();

  /** Books the Pipeline usage of one accepted line and what the line says was consumed. `time` decides the hour. */
  add(emitter: string, time: number, logBytes: number, line: Pick<PrintedLine, 'format' | 'usage'>): void {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    let sums = this.#hours.get(hour);
    if (sums === undefined) {
      sums = new Map();
      this.#hours.set(hour, sums);
    }
    count(sums, `${emitter}\t${emitter}\tPipeline\t\t\tlog_events`, 2);
    count(sums, `${emitter}\t${emitter}\tPipeline\t\t\tlog_bytes`, logBytes * 2);
    this.#addFormat(emitter, logBytes, line);
    for (const entry of line.usage) {
      const consumer = entry.consumer ?? emitter;
      count(
        sums,
        `${consumer}\t${emitter}\t${entry.service}\t${entry.resource}\t${entry.operation}\t${entry.meter}`,
        entry.halves,
      );
    }
  }

  #addFormat(emitter: string, logBytes: number, { format, usage }: Pick<PrintedLine, 'format' | 'usage'>): void {
    const key = `${emitter}\t${format}`;
    const sum = this.#formats.get(key) ?? { lines: 0, logBytes: 0, httpRequests: 0 };
    sum.lines += 1;
    sum.logBytes += logBytes;
    if (usage.some((entry) => entry.service === 'Ingress')) sum.httpRequests += 1;
    this.#formats.set(key, sum);
  }

  /** What the lines of each tenant must be recognised as, in order of tenant, then format. */
  formats(): Truth['formats'] {
    return [...this.#formats]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { lines, logBytes, httpRequests }]) => {
        const [tenant = '', format = ''] = key.split('\t');
        return { tenant_id: tenant, format, lines, log_bytes: logBytes, http_requests: httpRequests };
      });
  }

  /** The rows in order of hour, then key. */
  *rows(): Generator<Truth['usage'][number]> {
    for (const hour of [...this.#hours.keys()].sort((a, b) => a - b)) {
      const eventHour = isoInstant(hour);
      const sums = [...(this.#hours.get(hour) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [key, sum] of sums) {
        const [tenant = '', emitter = '', service = '', resource = '', operation = '', meter = ''] = key.split('\t');
        yield {
          tenant_id: tenant,
          emitter,
          service,
          resource,
          operation,
          meter,
          unit: findMeter(service, meter)?.unit ?? '',
          event_hour: eventHour,
          quantity_micros: (BigInt(sum.halves) * 500_000n).toString(),
          events: sum.events,
        };
      }
    }
  }

  /** Writes truth.json, a usage row per line, without holding the whole text. */
  async write(file: FileHandle, head: TruthHead): Promise<void> {
    const opening = JSON.stringify({ ...head, formats: this.formats() });
    await file.writeFile(`${opening.slice(0, -1)},\n"usage":[`);
    let text = '';
    let separator = '\n';
    for (const row of this.rows()) {
      text += `${separator}${JSON.stringify(row)}`;
      separator = ',\n';
      if (text.length > 1_000_000) {
        await file.writeFile(text);
        text = '';
      }
    }
    await file.writeFile(`${text}\n]}\n`);
  }
}

function count(sums: Map<string, Sum>, key: string, halves: number): void {
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { halves, events: 1 });
  } else {
    sum.halves += halves;
    sum.events += 1;
  }
}
