import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { canaryLine, lakeSink, type StreamTarget, writeRecords } from '../ingest/index.js';
import { type Config, registryOf } from '../model/index.js';
import { type CanaryArrival, readCanary } from '../queries/index.js';
import type { CliContext } from './CliContext.js';

/** How a canary run is made. */
export interface CanaryOptions {
  readonly config: Config;
  readonly lines: number;
  /** Milliseconds after the last write at which a line that cannot be queried is lost. */
  readonly timeoutMs: number;
  readonly pollMs: number;
  /** The platform's stream; without one the lines go into the lake by the local delivery. */
  readonly target?: StreamTarget;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly onProgress: (queryable: number) => void;
}

/** What a canary run measured. Times in milliseconds. */
export interface CanaryReport {
  readonly run: string;
  readonly written: number;
  /** Lines the stream did not take. */
  readonly refused: number;
  readonly queryable: number;
  readonly lost: readonly number[];
  readonly duplicates: number;
  /** From the write of a line to the first query that saw it; null without lines. */
  readonly lag_ms: { readonly min: number; readonly median: number; readonly p99: number; readonly max: number } | null;
  /** From the write of a line to its arrival at the stream. */
  readonly arrival_ms: { readonly median: number; readonly max: number } | null;
}

/**
 * Writes numbered lines as `_canary` and asks the lake for them until each can be queried or the time is over. A poll that
 * comes late makes a lag look longer, never shorter.
 */
export async function runCanary(options: CanaryOptions, context: CliContext): Promise<CanaryReport> {
  const run = `canary-${randomUUID()}`;
  const written = new Map<number, number>();
  const refused = new Set<number>();
  const lines = Array.from({ length: options.lines }, (_, number) => number);
  const make = (number: number): string => {
    const now = context.clock();
    written.set(number, now);
    return canaryLine(run, number, now).envelope;
  };
  const ask = (): Promise<readonly CanaryArrival[]> =>
    readCanary({
      lake: options.config.lake,
      run,
      memoryMb: options.config.engine.memory_mb,
      threads: options.config.engine.threads,
    });
  // A mistyped lake must be known before anything is written, not when everything counts as lost.
  if (options.target !== undefined) await ask();
  if (options.target === undefined) await deliverLocally(lines.map(make), options, context);
  else {
    const numbers = new Map<Uint8Array, number>();
    function* records() {
      for (const number of lines) {
        const data = Buffer.from(`${make(number)}\n`);
        numbers.set(data, number);
        yield { data, partitionKey: `${run}-${number}` };
      }
    }
    await writeRecords(records(), options.target, {
      sleep: options.sleep,
      random: options.random,
      signal: context.signal,
      onUndelivered: ({ record }) => {
        refused.add(numbers.get(record.data) ?? -1);
      },
    });
  }
  const expected = lines.filter((number) => !refused.has(number));
  const seenAt = new Map<number, number>();
  let arrivals: readonly CanaryArrival[] = [];
  const begun = context.clock();
  for (;;) {
    arrivals = await ask();
    const now = context.clock();
    for (const { number } of arrivals) if (!seenAt.has(number)) seenAt.set(number, now);
    options.onProgress(seenAt.size);
    if (seenAt.size >= expected.length || now - begun >= options.timeoutMs || context.signal.aborted) break;
    await options.sleep(options.pollMs);
  }
  context.signal.throwIfAborted();
  const lags = [...seenAt].map(([number, at]) => at - (written.get(number) ?? at)).sort((a, b) => a - b);
  const arrived = arrivals
    .map(({ number, arrival }) => Math.max(0, arrival - (written.get(number) ?? arrival)))
    .sort((a, b) => a - b);
  return {
    run,
    written: options.lines - refused.size,
    refused: refused.size,
    queryable: seenAt.size,
    lost: expected.filter((number) => !seenAt.has(number)),
    duplicates: arrivals.reduce((sum, { rows }) => sum + rows - 1, 0),
    lag_ms:
      lags.length === 0 ? null : { min: at(lags, 0), median: at(lags, 0.5), p99: at(lags, 0.99), max: at(lags, 1) },
    arrival_ms: arrived.length === 0 ? null : { median: at(arrived, 0.5), max: at(arrived, 1) },
  };
}

/** The nearest-rank quantile of sorted numbers. */
function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
}

async function deliverLocally(lines: readonly string[], { config }: CanaryOptions, context: CliContext): Promise<void> {
  const sink = await lakeSink({
    lake: config.lake,
    registry: registryOf(config),
    trust: config.identity.trust,
    platformStream: config.identity.platform_stream,
    stream: config.identity.platform_stream,
    clock: context.clock,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    signal: context.signal,
  });
  try {
    await sink.write('canary', Readable.from(lines));
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}
