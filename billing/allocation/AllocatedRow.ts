import type { UtcDay } from '../../model/index.js';
import type { ChargeCategory } from '../costs/BillLine.js';
import { decimalText } from '../decimalText.js';

/** Decimals that amounts and ratios are split to. */
export const ALLOCATION_DECIMALS = 12;

/** One charge of the cloud's bill. */
export interface CostCharge {
  readonly charge_id: string;
  /** First UTC day, and the first one after it. */
  readonly start: UtcDay;
  readonly end: UtcDay;
  readonly service: string;
  readonly category: ChargeCategory;
  /** Paid for by a commitment that nobody used. */
  readonly unused: boolean;
  readonly currency: string;
  /** In 1e-12 of the currency; negative for a credit. */
  readonly cost: bigint;
  /** What was paid for, in millionths of the policy's meter; undefined where what is paid is what is used. */
  readonly capacity: bigint | undefined;
  /** Where it was read, for messages. */
  readonly where: string;
}

/** What falls to one tenant of one charge, and why. The rows of a charge add up to it, their ratios to 1. */
export interface AllocatedRow {
  readonly charge_id: string;
  readonly service: string;
  /** A tenant, or a reserved one: `_idle`, `_shared`, `_unknown` … */
  readonly recipient: string;
  /** What it is a part of: what was used, what was paid for and not used, or what no usage measures. */
  readonly kind: 'usage' | 'idle' | 'unmeasured';
  /** How the part was found, for people. */
  readonly why: string;
  /** The shared tenant that passed it on. */
  readonly passed_from: string | null;
  /** Of the charge, in 1e-12. */
  readonly ratio: bigint;
  /** In 1e-12 of the currency. */
  readonly amount: bigint;
}

/** An amount or ratio as exact decimal text. */
export function allocationDecimal(value: bigint): string {
  return decimalText(value, ALLOCATION_DECIMALS);
}
