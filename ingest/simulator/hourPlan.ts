import { CapacityBudget } from './CapacityBudget.js';
import type { Prng } from './Prng.js';

/** Mean cost of one DynamoDB call in a detailed hour, in halves of a read unit at list price. */
const COST_PER_CALL = 40;
const CALL_SHARE = 0.6;
const REQUEST_SHARE = 0.3;
/** Mean cost of one line of a tenant in a detailed hour, in the same halves. */
export const COST_PER_LINE = CALL_SHARE * COST_PER_CALL;

/** What one emitter prints in one hour. */
export interface HourPlan {
  readonly lines: number;
  /** Spends the hour's DynamoDB cost over its calls. */
  readonly budget: CapacityBudget;
  /** Draws the kind of the next line; over the hour the mix comes out as planned. */
  readonly nextKind: () => 'dynamo' | 'ingress' | 'text';
  /** Of a shared service: how many turns of its work the first tenant has for one of each other; 1 when left out. */
  readonly firstTurns?: number;
}

/** What the plans of an hour depend on. */
interface HourFacts {
  readonly tenants: number;
  /** Mean lines per tenant in this hour, before season and noise. */
  readonly lines: number;
  /** Mean lines per tenant in a detailed hour, which set the DynamoDB cost; history spends the same in fewer lines. */
  readonly nominalLines: number;
  /** How busy everybody is, about 1. */
  readonly season: number;
  /** How many times a usual tenant's DynamoDB use each takes; 0 of one that is not there. */
  readonly load: (index: number) => number;
  /** Whether the first tenant follows the others' mean exactly. */
  readonly noisy: boolean;
}

/**
 * Plans one hour of every tenant; undefined for one that is not there. Tenants differ by up to 10 %; the noisy one follows the
 * others' sum exactly.
 */
export function planHour(prng: Prng, facts: HourFacts): readonly (HourPlan | undefined)[] {
  const cost = facts.nominalLines * CALL_SHARE * COST_PER_CALL * facts.season;
  const noise = Array.from({ length: facts.tenants }, () => 0.9 + 0.2 * prng.next());
  const others = noise.slice(1).reduce((sum, factor) => sum + factor, 0);
  return noise.map((factor, index) => {
    const loud = facts.noisy && index === 0;
    const meanOfOthers = facts.tenants === 1 ? 1 : others / (facts.tenants - 1);
    const load = facts.load(index);
    if (load === 0) return undefined;
    const weight = loud ? load * meanOfOthers : load * factor;
    const lines = Math.max(1, Math.round(facts.lines * facts.season * factor * (load > 1 ? 1.25 : 1)));
    return planEmitter(prng, lines, cost * weight);
  });
}

/** Plans an emitter's hour from its lines and its DynamoDB cost; at least one line is a DynamoDB call. */
export function planEmitter(prng: Prng, lines: number, cost: number): HourPlan {
  const calls = Math.max(1, Math.floor(lines * CALL_SHARE + prng.next()));
  const requests = Math.min(lines - calls, Math.floor(lines * REQUEST_SHARE + prng.next()));
  const left = { dynamo: calls, ingress: requests, text: lines - calls - requests };
  return {
    lines,
    budget: new CapacityBudget(prng, Math.max(calls * 4, Math.round(cost)), calls),
    nextKind: () => {
      const draw = prng.int(Math.max(1, left.dynamo + left.ingress + left.text));
      const kind = draw < left.dynamo ? 'dynamo' : draw < left.dynamo + left.ingress ? 'ingress' : 'text';
      left[kind] -= 1;
      return kind;
    },
  };
}
