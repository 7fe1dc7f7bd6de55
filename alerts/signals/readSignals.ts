import { DAY_MS, HOUR_MS, startOfHour, type Window } from '../../model/index.js';
import type { MeteredUsage, ServiceUsage } from '../detection/priceUsage.js';
import type { Signal } from '../detection/TenantFacts.js';
import type { UsageSource } from '../job/UsageSource.js';
import { CARRIED_HOURS, carriedRoom } from './carriedRoom.js';
import { fileSignals, type SignalRow } from './fileSignals.js';
import { metricSignals } from './metricSignals.js';
import type { SignalOf } from './SignalOf.js';
import { throttleSignals } from './throttleSignals.js';

/** Where signals come from, and for which windows. */
export interface SignalSources {
  /** The windows judged; those just before are read as well, since the decision table remembers them. */
  readonly window: Window;
  readonly windowMs: number;
  /** Usage in which is what clients say of being throttled; of whom does not matter. */
  readonly usage: readonly Omit<MeteredUsage, 'tenant_id'>[];
  /** The same, weighed. */
  readonly services: readonly ServiceUsage[];
  /** Rows of a file; none when there is none. */
  readonly rows: readonly SignalRow[];
}

/**
 * The signals that usage is judged with, wherever it is judged from a ledger: by the scheduled job, by `detect` and by
 * `backtest --lake`. A file's word goes first, then imported metrics; of throttles the greater of what CloudWatch and what
 * clients counted, which are the same requests seen twice. Windows below an hour have the head-room of the hours before them.
 * Asks the source once.
 */
export async function readSignals(
  source: Pick<UsageSource, 'metrics'>,
  { window, windowMs, usage, services, rows }: SignalSources,
): Promise<SignalOf> {
  const short = windowMs < HOUR_MS;
  const start = short ? startOfHour(window.start) - CARRIED_HOURS * HOUR_MS : window.start - DAY_MS;
  const metrics = metricSignals(await source.metrics({ start, end: window.end }));
  const hours = fileSignals(rows, HOUR_MS);
  const hourly: SignalOf = (service, hour) => merged(hours(service, hour), metrics(service, hour), undefined);
  const measured = short ? carriedRoom(hourly, services, windowMs) : metrics;
  const [file, clients] = [fileSignals(rows, windowMs), throttleSignals(usage)];
  return (service, start) => merged(file(service, start), measured(service, start), clients(service, start));
}

function merged(
  file: Signal | undefined,
  measured: Signal | undefined,
  clients: Signal | undefined,
): Signal | undefined {
  if (file === undefined && measured === undefined && clients === undefined) return undefined;
  const counts = [measured?.throttledRequests, clients?.throttledRequests].filter((count) => count != null);
  return {
    capacityUse: file?.capacityUse ?? measured?.capacityUse ?? null,
    throttledRequests: file?.throttledRequests ?? (counts.length === 0 ? null : Math.max(...counts)),
    neighbourBurn: file?.neighbourBurn ?? null,
  };
}
