import { expect, it } from 'vitest';
import { detectBudgets } from '../../../alerts/budgets/detectBudgets.js';
import { budgetSchema, HOUR_MS } from '../../../model/index.js';

const AT = Date.parse('2026-11-23T12:00:00Z');
/** A budget whose even rate is a dollar an hour. */
const BUDGET = budgetSchema.parse({ tenant: 'acme', service: 'DynamoDB', usd: '720' });

/** What is found in the last ten hours, in which an hour's dollars are those of so many hours ago. */
function found(usd: (hoursAgo: number) => number, complete: (hoursAgo: number) => boolean = () => true) {
  const ago = (hour: number): number => (AT - hour) / HOUR_MS;
  const hours = new Map(
    Array.from({ length: 100 }, (_, place) => {
      const hour = AT - (place + 1) * HOUR_MS;
      return [hour, new Map([['acme', usd(ago(hour))]])] as const;
    }),
  );
  const services = [{ service: 'DynamoDB', basis: 'USD at list price', priced: true, hours }];
  const options = { budgets: [BUDGET], services, complete: (hour: number) => complete(ago(hour)) };
  return detectBudgets(options, { start: AT - 10 * HOUR_MS, end: AT }, AT);
}

it('is one finding of a budget, as bad as it was at its worst, of the hours that could be judged', () => {
  expect(found(() => 0.5)).toEqual([]);
  // From six hours of it on it pages; in the two hours after it, it is a ticket once more.
  const paged = found((ago) => (ago > 2 && ago <= 9 ? 20 : 1));
  expect(paged).toMatchObject([{ kind: 'budget', severity: 'PAGE', windows_flagged: 10, windows_judged: 10 }]);
  expect(paged[0]?.window.end).toBe(AT - 2 * HOUR_MS);
  // Until an hour four days ago is out of the three days before, nothing is said.
  const young = found(
    () => 2,
    (ago) => ago !== 77,
  );
  expect(young).toMatchObject([{ severity: 'TICKET', windows_flagged: 5, windows_judged: 5 }]);
});

it('says of which budget nothing can be told at the end', () => {
  expect(
    found(
      () => 2,
      (ago) => ago !== 40,
    ),
  ).toMatchObject([
    { kind: 'not_judged', status: 'not_judged', tenant_id: 'acme', service: 'DynamoDB', windows_flagged: 0 },
  ]);
});
