import { RESERVED_TENANTS } from '../../model/index.js';
import { dynamoLine } from './dynamoLine.js';
import type { Emitter } from './Emitter.js';
import { FormatMixer } from './formats/FormatMixer.js';
import type { HourPlan } from './hourPlan.js';
import { ingressLine } from './ingressLine.js';
import type { PodSource } from './PodSource.js';
import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';
import type { SimulateOptions } from './SimulateOptions.js';
import { textLine } from './textLine.js';

/** Prints the good lines of every emitter, each of the kind its plan names next. */
export class LinePrinter {
  readonly #prng: Prng;
  readonly #tenants: readonly string[];
  readonly #formats: FormatMixer | undefined;

  constructor(prng: Prng, options: Pick<SimulateOptions, 'seed' | 'formats'>, tenants: readonly string[]) {
    this.#prng = prng;
    this.#tenants = tenants;
    this.#formats = options.formats === undefined ? undefined : new FormatMixer(options.seed, options.formats);
  }

  /** The next line of an emitter, printed by one of its pods. `size` scales response bodies. */
  print(emitter: Emitter, { pod }: PodSource, plan: HourPlan, time: number, size: number): PrintedLine {
    const prng = this.#prng;
    const kind = plan.nextKind();
    if (emitter.shared) {
      if (kind !== 'dynamo') return { ...textLine(prng), container: 'search-api' };
      return dynamoLine(
        prng,
        { pod, container: 'search-api', ...this.#consumer(plan.firstTurns ?? 1) },
        time,
        plan.budget,
      );
    }
    if (kind === 'dynamo') return dynamoLine(prng, { pod, container: 'catalog-api' }, time, plan.budget);
    if (kind === 'ingress') return ingressLine(prng, time, size);
    // Drawn even when another takes its place, so that all other lines are the same with formats and without.
    const line = textLine(prng);
    return this.#formats?.instead(emitter.tenant, { pod, time, size }) ?? line;
  }

  /** Whom the shared service works for: mostly a tenant, now and then a name nobody registered, or no name. */
  #consumer(firstTurns: number): { readonly claim?: string; readonly consumer: string } {
    const draw = this.#prng.next();
    if (draw < 0.02) return { claim: `former-customer-${this.#prng.int(5)}`, consumer: RESERVED_TENANTS.unknown };
    if (draw < 0.03) return { consumer: RESERVED_TENANTS.unknown };
    const turn = this.#prng.int(this.#tenants.length - 1 + firstTurns);
    const tenant = this.#tenants[turn < this.#tenants.length ? turn : 0] ?? RESERVED_TENANTS.unknown;
    return { claim: tenant, consumer: tenant };
  }
}
