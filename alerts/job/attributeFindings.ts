import { type Attribution, type Finding, HOUR_MS, type ListPrice, startOfHour } from '../../model/index.js';
import { attribute, type DimensionUsage } from '../detection/attribute.js';
import { meterWeights } from '../detection/priceUsage.js';
import type { UsagePart, UsageSource } from './UsageSource.js';

/** Days of the same hours that a mix is compared with. */
const MIX_DAYS = 28;

/**
 * Operations or resources that make up a tenant's excess in a window. Asks the source once.
 *
 * @param expectedPart what was expected of what it used, 0 to 1
 */
export async function attributionOf(
  source: UsageSource,
  prices: readonly ListPrice[],
  of: { readonly tenant: string; readonly service: string; readonly start: number; readonly end: number },
  expectedPart: number,
): Promise<readonly Attribution[]> {
  const window = { start: startOfHour(of.start), end: startOfHour(of.end + HOUR_MS - 1) };
  const parts = await source.parts(of.tenant, of.service, window, MIX_DAYS);
  const weights = meterWeights(parts, prices, of.service);
  const usage = (['operation', 'resource'] as const).map((dimension) => mixOf(parts, dimension, weights));
  const total = [...(usage[0]?.now.values() ?? [])].reduce((sum, value) => sum + value, 0);
  return attribute(usage, total * Math.min(1, Math.max(0, expectedPart)));
}

function mixOf(
  parts: readonly UsagePart[],
  dimension: Attribution['dimension'],
  weights: (meter: string) => number,
): DimensionUsage {
  const now = new Map<string, number>();
  const before = new Map<string, number>();
  for (const part of parts) {
    const weight = weights(part.meter);
    const value = part[dimension];
    now.set(value, (now.get(value) ?? 0) + weight * Number(part.now_micros));
    before.set(value, (before.get(value) ?? 0) + weight * Number(part.before_micros));
  }
  return { dimension, now, before };
}

/** Findings that people act on, with what makes up their excess; the others as they are. */
export async function attributeFindings(
  source: UsageSource,
  prices: readonly ListPrice[],
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const explained: Finding[] = [];
  for (const finding of findings) {
    if (finding.kind !== 'noisy_tenant' || finding.severity === 'INFO' || finding.actual <= 0) explained.push(finding);
    else {
      const { tenant_id: tenant, service, window, expected, actual } = finding;
      const attribution = await attributionOf(source, prices, { tenant, service, ...window }, expected / actual);
      explained.push({ ...finding, attribution: [...attribution] });
    }
  }
  return explained;
}
