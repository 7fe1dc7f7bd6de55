import { HOUR_MS, RESERVED_TENANTS } from '../../model/index.js';
import { ArrivalQueue } from './ArrivalQueue.js';
import { CHUNK_BYTES, type Chunk, type StreamName } from './Chunk.js';
import { ChunkBuilder, type ChunkContext, type Lateness } from './ChunkBuilder.js';
import { dynamoLine } from './dynamoLine.js';
import { HostileMixer } from './HostileMixer.js';
import { type HourPlan, planEmitter, planHour } from './hourPlan.js';
import { ingressLine } from './ingressLine.js';
import { PodSource } from './PodSource.js';
import type { PrintedLine } from './PrintedLine.js';
import { Prng } from './Prng.js';
import type { RecordWriter } from './RecordWriter.js';
import type { SimulateOptions } from './SimulateOptions.js';
import { ARRIVAL_GRACE_MS } from './SimulateOptions.js';
import { season } from './season.js';
import type { TruthBook } from './TruthBook.js';
import { namespaceOf, SHARED_NAMESPACE } from './tenantNames.js';
import { textLine } from './textLine.js';

const DEFAULT_LINES = 120;
const HISTORY_FRACTION = 20;
/** Bytes of a record as a low estimate, from which the lines for a target of bytes are planned. */
const LOW_RECORD_BYTES = 500;
const LATE_SHARE = 0.04;
const MIXED_SHARE = 0.05;
/** Late chunks wait in memory; beyond this none is made late until some have arrived. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** A slice of an hour is generated whole before it is written. */
const LINES_PER_SLICE = 4000;
const HISTORY_SLICES = 6;

interface Emitter {
  readonly tenant: string;
  readonly stream: StreamName;
  readonly pods: readonly [PodSource, ...PodSource[]];
}

/** Prints the lines of every tenant, hour by hour, and sends them on their way. */
export class Traffic {
  readonly #options: SimulateOptions;
  readonly #tenants: readonly string[];
  readonly #prng: Prng;
  readonly #context: ChunkContext;
  readonly #writer: RecordWriter;
  readonly #queue = new ArrivalQueue();
  readonly #emitters: readonly Emitter[];
  readonly #shared: Emitter | undefined;
  readonly #hostile: HostileMixer | undefined;
  readonly #nominalLines: number;
  readonly #historyLines: number;
  distinctLines = 0;

  constructor(options: SimulateOptions, tenants: readonly string[], truth: TruthBook, writer: RecordWriter) {
    this.#options = options;
    this.#tenants = tenants;
    this.#prng = new Prng(options.seed);
    this.#context = { prng: this.#prng, truth, end: options.end, aggregate: options.aggregate };
    this.#writer = writer;
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
      noisy: detailed && options.scenario === 'noisy-dynamodb',
    });
    const jobs = plans.flatMap((plan, index) => {
      const emitter = this.#emitters[index];
      return emitter === undefined ? [] : [{ plan, emitter }];
    });
    if (this.#shared !== undefined) {
      const sharedLines = Math.max(options.tenants, Math.round((lines * busy * options.tenants) / 4));
      const cost = this.#nominalLines * 4 * options.tenants * busy;
      jobs.push({ plan: planEmitter(this.#prng, sharedLines, cost), emitter: this.#shared });
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
      this.#send(open?.finish());
      this.#sendStrays(from + sliceMs);
      await this.deliverBefore(from + sliceMs);
    }
  }

  /** Writes everything that arrives before an instant. */
  async deliverBefore(instant: number): Promise<void> {
    for (let chunk = this.#queue.popBefore(instant); chunk !== undefined; chunk = this.#queue.popBefore(instant)) {
      await this.#writer.put(chunk);
    }
  }

  /** Mean lines per tenant; the last hour makes up what season and noise took from a target of bytes. */
  #detailedLines(hour: number): number {
    const options = this.#options;
    if (options.targetBytes === undefined || hour < options.end - HOUR_MS) return this.#nominalLines;
    const missing = options.targetBytes - this.#writer.bytes;
    const needed = Math.ceil((1.3 * missing) / LOW_RECORD_BYTES / options.tenants / season(hour));
    return Math.max(this.#nominalLines, needed);
  }

  #emitter(tenant: string, namespace: string, workload: string, stream: StreamName = 'tenantscope-default'): Emitter {
    const owner = { tenant, namespace, workload };
    return { tenant, stream, pods: [new PodSource(this.#prng, owner), new PodSource(this.#prng, owner)] };
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
      this.#send(builder?.finish());
      builder = new ChunkBuilder(this.#context, emitter.stream, this.#lateness(slice.from + slice.ms));
    }
    for (let number = 0; number < slice.count; number += 1) {
      const time = Math.floor(slice.from + ((number + prng.next()) * slice.ms) / slice.count);
      builder.add(source, this.#line(emitter, source, plan, time, slice.size), time, emitter.tenant);
      if (emitter !== this.#shared) {
        const other = this.#otherThan(emitter.tenant);
        this.#hostile?.after(builder, source, { tenant: emitter.tenant, other, pod: source.pod, time });
      }
      if (builder.bytes >= CHUNK_BYTES) this.#send(builder.finish());
    }
    const mixes = this.#hostile !== undefined && this.#options.aggregate && builder.lateness === undefined;
    if (mixes && prng.chance(MIXED_SHARE)) return builder;
    this.#send(builder.finish());
    return undefined;
  }

  #line(emitter: Emitter, source: PodSource, plan: HourPlan, time: number, size: number): PrintedLine {
    const kind = plan.nextKind();
    if (emitter === this.#shared) {
      if (kind !== 'dynamo') return { ...textLine(this.#prng), container: 'search-api' };
      return dynamoLine(
        this.#prng,
        { pod: source.pod, container: 'search-api', ...this.#consumer() },
        time,
        plan.budget,
      );
    }
    if (kind === 'dynamo') {
      return dynamoLine(this.#prng, { pod: source.pod, container: 'catalog-api' }, time, plan.budget);
    }
    return kind === 'ingress' ? ingressLine(this.#prng, time, size) : textLine(this.#prng);
  }

  /** Whom the shared service works for: mostly a tenant, now and then a name nobody registered, or no name. */
  #consumer(): { readonly claim?: string; readonly consumer: string } {
    const draw = this.#prng.next();
    if (draw < 0.02) return { claim: `former-customer-${this.#prng.int(5)}`, consumer: RESERVED_TENANTS.unknown };
    if (draw < 0.03) return { consumer: RESERVED_TENANTS.unknown };
    const tenant = this.#tenants[this.#prng.int(this.#tenants.length)] ?? RESERVED_TENANTS.unknown;
    return { claim: tenant, consumer: tenant };
  }

  #otherThan(tenant: string): string {
    const [first = tenant, second = tenant] = this.#tenants;
    return tenant === first ? second : first;
  }

  /** Late chunks arrive 1 hour to 3 days after their slice, as long as that is before the end. */
  #lateness(sliceEnd: number): Lateness | undefined {
    if (!this.#options.late || !this.#prng.chance(LATE_SHARE)) return undefined;
    const longest = Math.min(72 * HOUR_MS, this.#options.end - 1 - sliceEnd) - HOUR_MS;
    if (longest <= 0 || this.#queue.bytes > MAX_WAITING_BYTES) return undefined;
    const arrival = Math.floor(sliceEnd + HOUR_MS + this.#prng.next() * longest);
    return { arrival, readLate: this.#prng.chance(0.5) };
  }

  #sendStrays(sliceEnd: number): void {
    if (this.#hostile === undefined) return;
    this.#send(this.#hostile.quarantinedChunk(Math.floor(sliceEnd) - 1));
    const builder = new ChunkBuilder(this.#context, 'tenantscope-default', undefined);
    this.#hostile.addGhosts(this.#context, builder);
    this.#send(builder.finish());
  }

  /** Puts a chunk on its way; some are sent again some seconds later, byte for byte. */
  #send(chunk: Chunk | undefined): void {
    if (chunk === undefined) return;
    this.distinctLines += chunk.lines;
    this.#queue.push(chunk);
    if (!this.#prng.chance(this.#options.duplicates)) return;
    const again = Math.min(this.#options.end + ARRIVAL_GRACE_MS - 1, chunk.arrival + 2000 + this.#prng.int(28_000));
    this.#queue.push({ ...chunk, arrival: again });
  }
}
