import { CapacityBudget } from './CapacityBudget.js';
import type { Chunk } from './Chunk.js';
import type { ChunkBuilder, ChunkContext } from './ChunkBuilder.js';
import { dynamoLine } from './dynamoLine.js';
import {
  type HostileContext,
  hugeLine,
  KEPT_KINDS,
  keptLine,
  QUARANTINED_KINDS,
  quarantinedRecord,
} from './hostileLines.js';
import { PodSource } from './PodSource.js';
import type { Prng } from './Prng.js';
import { namespaceOf } from './tenantNames.js';

/** One line in fifty is hostile. */
const HOSTILE_SHARE = 0.02;
/** One hostile line in so many is huge: rare, or they would be most of the bytes. */
const HUGE_EVERY = 400;

/** Mixes hostile lines into the traffic, every kind in turn, so that even short runs have most of them. */
export class HostileMixer {
  readonly #prng: Prng;
  readonly #ghost: PodSource;
  #quarantined: Buffer[] = [];
  #ghostTimes: number[] = [];
  #count = 0;
  #kept = 0;
  #refused = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
    this.#ghost = new PodSource(prng, { tenant: 'ghost', namespace: namespaceOf('ghost'), workload: 'catalog-api' });
  }

  /** Called after each good line: now and then adds a hostile one, to this chunk or to the strays of the slice. */
  after(builder: ChunkBuilder, source: PodSource, at: HostileContext): void {
    if (!this.#prng.chance(HOSTILE_SHARE)) return;
    const number = this.#count;
    this.#count += 1;
    if (number % HUGE_EVERY === 20) {
      builder.add(source, hugeLine(), at.time, at.tenant);
    } else if (number % 7 === 6) {
      this.#ghostTimes.push(at.time);
    } else if (number % 2 === 0) {
      const { line, extra } = keptLine(this.#kept % KEPT_KINDS, at, this.#prng);
      this.#kept += 1;
      builder.add(source, line, at.time, at.tenant, extra);
    } else {
      this.#quarantined.push(quarantinedRecord(this.#refused % QUARANTINED_KINDS, at, this.#prng));
      this.#refused += 1;
    }
  }

  /** The slice's records that must be quarantined, each a record of its own, as one chunk; undefined when there are none. */
  quarantinedChunk(arrival: number): Chunk | undefined {
    const records = this.#quarantined;
    if (records.length === 0) return undefined;
    this.#quarantined = [];
    const lengths = records.map((record) => record.length);
    return { stream: 'tenantscope-default', arrival, data: Buffer.concat(records), lengths, lines: records.length };
  }

  /** Adds the slice's lines of a tenant nobody registered: what it uses belongs to `_unknown`. */
  addGhosts(context: ChunkContext, builder: ChunkBuilder): void {
    for (const time of this.#ghostTimes) {
      const budget = new CapacityBudget(context.prng, 2 + context.prng.int(10), 1);
      const line = dynamoLine(context.prng, { pod: this.#ghost.pod, container: 'catalog-api' }, time, budget);
      builder.add(this.#ghost, line, time, '_unknown');
    }
    this.#ghostTimes = [];
  }
}
