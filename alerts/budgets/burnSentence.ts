import { type Budget, DAY_MS, HOUR_MS, humanInstant } from '../../model/index.js';
import { BUDGET_MS, type Burn } from './budgetBurn.js';

/** A burning budget in one plain sentence: who, on what, how much, in which hours, against which budget, and how long it lasts so. */
export function burnSentence({ tenant, service, usd }: Budget, burn: Burn, at: number): string {
  const who = tenant ?? 'All tenants together';
  const what = service ?? 'all services with list prices';
  const { longMs } = burn.rule;
  const hours = longMs / HOUR_MS;
  const span = `${hours === 1 ? 'hour' : `${hours} hours`} to ${humanInstant(at)} UTC`;
  const lasts = BUDGET_MS / burn.rate / DAY_MS;
  return `${who} used ${what} for ${dollars(burn.usd)} at list price in the ${span}, ${burn.rate.toFixed(1)} times the rate of a budget of ${dollars(Number(usd))} in 30 days; at this rate it lasts ${lasts.toFixed(1)} days.`;
}

/** Whose budget it is, in words: `acme on DynamoDB`, `acme`, `all tenants on S3`. */
export function subjectText({ tenant, service }: Budget): string {
  return `${tenant ?? 'all tenants'}${service === undefined ? '' : ` on ${service}`}`;
}

/** Dollars as people write them: cents, and more of them where there are only a few. */
export function dollars(usd: number): string {
  return usd >= 1000
    ? `$${Math.round(usd).toLocaleString('en-US')}`
    : usd >= 0.1
      ? `$${usd.toFixed(2)}`
      : `$${usd.toPrecision(2)}`;
}
