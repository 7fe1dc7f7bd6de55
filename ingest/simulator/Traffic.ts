import { HOUR_MS, RESERVED_TENANTS } from '../../model/index.js';
import { CHUNK_BYTES, type StreamName } from './Chunk.js';
import { ChunkBuilder, type ChunkContext } from './ChunkBuilder.js';
import { Courier } from './Courier.js';
import type { Emitter } from './Emitter.js';
import { HostileMixer } from './HostileMixer.js';
import { COST_PER_LINE, type HourPlan, planEmitter, planHour } from './hourPlan.js';
import { LinePrinter } from './LinePrinter.js';
import { PodSource } from './PodSource.js';
import { Prng } from './Prng.js';
import type { RecordWriter } from './RecordWriter.js';
import type { SimulateOptions } from './SimulateOptions.js';
import { OWN_TO_POOLED, ownLoad, pooledLoad, type ScenarioHour } from './scenarioLoad.js';
import { season } from './season.js';
import type { TruthBook } from './TruthBook.js';
import { namespaceOf, SHARED_NAMESPACE } from './tenantNames.js';
import { throttledLine } from './throttledLine.js';

const DEFAULT_LINES = 120;
const HISTORY_FRACTION = 20;
/** Bytes of a record as a low estimate, from which the lines for a target of bytes are planned. */
const LOW_RECORD_BYTES = 500;
const MIXED_SHARE = 0.05;
/** A slice of an hour is generated whole before it is written. */
const LINES_PER_SLICE = 4000;
const HISTORY_SLICES = 6;
/** Of so many lines, one more tells of a call that was throttled, where a scenario throttles. */
const THROTTLED_EVERY = 20;

/** Prints the lines of every tenant, hour by hour, and sends them on their way. */
export class Traffic {
  readonly #options: SimulateOptions;
  readonly #tenants: readonly string[];
  readonly #prng: Prng;
  readonly #lines: LinePrinter;
  readonly #courier: Courier;
  readonly #context: ChunkContext;
  readonly #writer: RecordWriter;
  readonly #emitters: readonly Emitter[];
  readonly #shared: Emitter | undefined;
  readonly #hostile: HostileMixer | undefined;
  readonly #scenario: Omit<ScenarioHour, 'hour'>;
  readonly #nominalLines: number;
  readonly #historyLines: number;

  constructor(options: SimulateOptions, tenants: readonly string[], truth: TruthBook, writer: RecordWriter) {
    this.#options = options;
    const { hours, end } = options;
    this.#scenario = { detailedFrom: end - hours * HOUR_MS, end, tenants: options.tenants };
    this.#tenants = tenants;
    this.#prng = new Prng(options.seed);
    this.#context = { prng: this.#prng, truth, end: options.end, aggregate: options.aggregate };
    this.#writer = writer;
    this.#lines = new LinePrinter(this.#prng, options, tenants);
    this.#courier = new Courier(this.#prng, options, writer);
    this.#emitters = tenants.map((tenant) => this.#emitter(tenant, namespaceOf(tenant), 'catalog-api'));
    this.#shared =
      options.scenario === 'pooled'
        ? this.#emitter(RESERVED_TENANTS.shared, SHARED_NAMESPACE, 'search-api', 'tenantscope-platform')
        : undefined;
    this.#hostile = options.hostile ? new HostileMixer(this.#prng) : undefined;
    const base = options.linesPerTenantHour ?? DEFAULT_LINES;
    let busyHours = 0;
    for (let hour = options.end - options.hours * HOUR_MS; hour < options.end; hour += HOUR_MS)
      busyHours += season(hour);
    const perTenantHour = (options.targetBytes ?? 0) / LOW_RECORD_BYTES / options.tenants / busyHours;
    this.#nominalLines = Math.max(base, Math.ceil(perTenantHour));
    this.#historyLines = Math.max(1, Math.round(base / HISTORY_FRACTION));
  }

  /** Prints one hour, and writes what has arrived by its end. Hours come in order. */
  async simulateHour(hour: number): Promise<void> {
    const options = this.#options;
    const detailed = hour >= options.end - options.hours * HOUR_MS;
    const lines = detailed ? this.#detailedLines(hour) : this.#historyLines;
    const busy = season(hour);
    const plans = planHour(this.#prng, {
      tenants: options.tenants,
      lines,
      nominalLines: this.#nominalLines,
      season: busy,
      load: (index) => ownLoad(options.scenario, index, { ...this.#scenario, hour }),
      noisy: detailed && options.scenario === 'noisy-dynamodb',
    });
    const jobs = plans.flatMap((plan, index) => {
      const emitter = this.#emitters[index];
      return emitter === undefined || plan === undefined ? [] : [{ plan, emitter }];
    });
    if (this.#shared !== undefined) {
      const sharedLines = Math.max(options.tenants, Math.round((lines * busy * options.tenants) / 4));
      // All but the first tenant have one turn each of its work.
      const turns = pooledLoad(0, { ...this.#scenario, hour });
      const cost = ((this.#nominalLines * COST_PER_LINE) / OWN_TO_POOLED) * (options.tenants - 1 + turns) * busy;
      jobs.push({ plan: { ...planEmitter(this.#prng, sharedLines, cost), firstTurns: turns }, emitter: this.#shared });
    }
    const total = jobs.reduce((sum, job) => sum + job.plan.lines, 0);
    const slices = detailed ? Math.min(720, Math.max(12, Math.ceil(total / LINES_PER_SLICE))) : HISTORY_SLICES;
    // In thin history a tenant prints its few lines close together, so that a chunk is more than one line.
    const bursts = detailed ? undefined : jobs.map(() => this.#prng.int(slices));
    const size = this.#nominalLines / lines;
    const sliceMs = HOUR_MS / slices;
    for (let slice = 0; slice < slices; slice += 1) {
      const from = hour + slice * sliceMs;
      let open: ChunkBuilder | undefined;
      for (const [index, { plan, emitter }] of jobs.entries()) {
        const burst = bursts?.[index];
        const count =
          burst === undefined
            ? Math.floor(((slice + 1) * plan.lines) / slices) - Math.floor((slice * plan.lines) / slices)
            : burst === slice
              ? plan.lines
              : 0;
        if (count > 0) open = this.#print(emitter, plan, { from, ms: sliceMs, count, size }, open);
      }
      this.#courier.send(open?.finish());
      this.#sendStrays(from + sliceMs);
      await this.#courier.deliverBefore(from + sliceMs);
    }
  }

  /** Writes everything that is still on its way and arrives before an instant. */
  async deliverBefore(instant: number): Promise<void> {
    await this.#courier.deliverBefore(instant);
  }

  /** Lines printed, each counted once. */
  get distinctLines(): number {
    return this.#courier.distinctLines;
  }

  /** Mean lines per tenant; the last hour makes up what season and noise took from a target of bytes. */
  #detailedLines(hour: number): number {
    const options = this.#options;
    if (options.targetBytes === undefined || hour < options.end - HOUR_MS) return this.#nominalLines;
    const missing = options.targetBytes - this.#writer.plainBytes;
    const needed = Math.ceil((1.3 * missing) / LOW_RECORD_BYTES / options.tenants / season(hour));
    return Math.max(this.#nominalLines, needed);
  }

  #emitter(tenant: string, namespace: string, workload: string, stream: StreamName = 'tenantscope-default'): Emitter {
    const owner = { tenant, namespace, workload };
    return {
      tenant,
      shared: tenant === RESERVED_TENANTS.shared,
      stream,
      pods: [new PodSource(this.#prng, owner), new PodSource(this.#prng, owner)],
    };
  }

  /** Prints one emitter's lines of a slice; returns a builder left open for the next tenant's lines, in mixed aggregates. */
  #print(
    emitter: Emitter,
    plan: HourPlan,
    slice: { readonly from: number; readonly ms: number; readonly count: number; readonly size: number },
    open: ChunkBuilder | undefined,
  ): ChunkBuilder | undefined {
    const prng = this.#prng;
    const source = prng.pick(emitter.pods);
    let builder = open;
    if (builder === undefined || builder.stream !== emitter.stream) {
      this.#courier.send(builder?.finish());
      builder = new ChunkBuilder(this.#context, emitter.stream, this.#courier.lateness(slice.from + slice.ms));
    }
    for (let number = 0; number < slice.count; number += 1) {
      const time = Math.floor(slice.from + ((number + prng.next()) * slice.ms) / slice.count);
      builder.add(source, this.#lines.print(emitter, source, plan, time, slice.size), time, emitter.tenant);
      if (!emitter.shared) {
        if (this.#throttles(slice.from) && number % THROTTLED_EVERY === 0) {
          builder.add(source, throttledLine(prng, time), time, emitter.tenant);
        }
        const other = this.#otherThan(emitter.tenant);
        this.#hostile?.after(builder, source, { tenant: emitter.tenant, other, pod: source.pod, time });
      }
      if (builder.bytes >= CHUNK_BYTES) this.#courier.send(builder.finish());
    }
    const mixes = this.#hostile !== undefined && this.#options.aggregate && builder.lateness === undefined;
    if (mixes && prng.chance(MIXED_SHARE)) return builder;
    this.#courier.send(builder.finish());
    return undefined;
  }

  #throttles(at: number): boolean {
    return this.#options.scenario === 'throttled' && at >= this.#scenario.detailedFrom;
  }

  #otherThan(tenant: string): string {
    const [first = tenant, second = tenant] = this.#tenants;
    return tenant === first ? second : first;
  }

  #sendStrays(sliceEnd: number): void {
    if (this.#hostile === undefined) return;
    this.#courier.send(this.#hostile.quarantinedChunk(Math.floor(sliceEnd) - 1));
    const builder = new ChunkBuilder(this.#context, 'tenantscope-default', undefined);
    this.#hostile.addGhosts(this.#context, builder);
    this.#courier.send(builder.finish());
  }
}
