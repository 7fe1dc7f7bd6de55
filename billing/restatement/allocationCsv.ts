import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { AppError, startOfDay, utcDayOf, type Window } from '../../model/index.js';
import { ALLOCATION_DECIMALS, allocationDecimal } from '../allocation/AllocatedRow.js';
import { CHARGE_CATEGORIES, type CostBasis } from '../costs/BillLine.js';
import { BILL_DECIMALS, exactCost, roundDecimals } from '../costs/exactCost.js';
import { focusTime } from '../period.js';
import type { StatedRow } from './StatedRow.js';

/** What all rows of a file have in common. */
export interface AllocationHead {
  readonly period: Window;
  readonly currency: string;
  /** Null for a costs.csv, whose writer chose. */
  readonly basis: CostBasis | null;
  /** Rows that correct an earlier version. */
  readonly correction: boolean;
}

const COLUMNS = [
  'AllocatedMethodDetails',
  'AllocatedMethodId',
  'AllocatedResourceId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ServiceName',
  'x_AllocatedCost',
  'x_AllocatedRatio',
  'x_ChargeId',
  'x_CostBasis',
  'x_Kind',
  'x_PassedFrom',
  'x_Why',
] as const;

/** Rows as CSV (RFC 4180) with FOCUS's names where it has one, columns in its order; amounts and ratios exact decimals. */
export function allocationCsv(rows: readonly StatedRow[], head: AllocationHead): string {
  const records = rows.map((row) => ({
    // A difference has no ratio of its own between 0 and 1, which is what FOCUS asks for.
    AllocatedMethodDetails: head.correction ? '' : `{"Elements":[{"AllocatedRatio":${allocationDecimal(row.ratio)}}]}`,
    AllocatedMethodId: row.method,
    AllocatedResourceId: row.recipient,
    BillingCurrency: head.currency,
    BillingPeriodEnd: focusTime(head.period.end),
    BillingPeriodStart: focusTime(head.period.start),
    ChargeCategory: row.category,
    ChargeClass: head.correction ? 'Correction' : '',
    ChargePeriodEnd: focusTime(startOfDay(row.end)),
    ChargePeriodStart: focusTime(startOfDay(row.start)),
    ServiceName: row.service,
    x_AllocatedCost: allocationDecimal(row.amount),
    x_AllocatedRatio: allocationDecimal(row.ratio),
    x_ChargeId: row.charge_id,
    x_CostBasis: head.basis ?? '',
    x_Kind: row.kind,
    x_PassedFrom: row.passed_from ?? '',
    x_Why: row.why,
  }));
  return stringify(records, { header: true, columns: [...COLUMNS], record_delimiter: '\r\n' });
}

const amount = z.string().transform((text, context) => {
  const exact = exactCost(text);
  if (exact !== undefined) return roundDecimals(exact, BILL_DECIMALS, ALLOCATION_DECIMALS);
  context.addIssue({ code: 'custom', message: 'expected a decimal' });
  return z.NEVER;
});
const day = z.string().transform((text) => utcDayOf(Date.parse(text)));

const rowSchema = z
  .object({
    AllocatedMethodId: z.string(),
    AllocatedResourceId: z.string().min(1),
    ChargeCategory: z.enum(CHARGE_CATEGORIES),
    ChargePeriodEnd: day,
    ChargePeriodStart: day,
    ServiceName: z.string(),
    x_AllocatedCost: amount,
    x_AllocatedRatio: amount,
    x_ChargeId: z.string(),
    x_Kind: z.enum(['usage', 'idle', 'unmeasured']),
    x_PassedFrom: z.string(),
    x_Why: z.string(),
  })
  .transform(
    (row): StatedRow => ({
      charge_id: row.x_ChargeId,
      service: row.ServiceName,
      recipient: row.AllocatedResourceId,
      kind: row.x_Kind,
      why: row.x_Why,
      passed_from: row.x_PassedFrom === '' ? null : row.x_PassedFrom,
      ratio: row.x_AllocatedRatio,
      amount: row.x_AllocatedCost,
      category: row.ChargeCategory,
      start: row.ChargePeriodStart,
      end: row.ChargePeriodEnd,
      method: row.AllocatedMethodId,
    }),
  );

/** Reads what {@link allocationCsv} wrote. Throws INPUT_INVALID with the place for anything else. */
export function readAllocationCsv(text: string, path: string): readonly StatedRow[] {
  try {
    return rowSchema.array().parse(parse(text, { columns: true }));
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'a kept allocation cannot be read', {
      where: path,
      expected: 'the file as it was written',
      got: error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : String(error).slice(0, 120),
      hint: 'bring it back from a copy, or begin anew with another --out',
      cause: error,
    });
  }
}
