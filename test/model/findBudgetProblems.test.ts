import { expect, it } from 'vitest';
import { budgetsOf, findBudgetProblems, formatProblem, parseConfigOrThrow } from '../../model/index.js';

const problemsOf = (budgets: string): readonly string[] => {
  const text = `tenants: [{ id: acme }]\nbudgets:\n${budgets}`;
  const config = parseConfigOrThrow(text, 't.yaml');
  return findBudgetProblems(config, { text, file: 't.yaml' }).map(formatProblem);
};

it('budgets are read, with defaults, and are none when there is no such section', () => {
  const text =
    'tenants: [{ id: acme }]\nbudgets: [{ tenant: acme, service: S3, usd: "12.5", owner: kim }, { service: S3, usd: "1" }]';
  const config = parseConfigOrThrow(text, 't.yaml');
  expect(findBudgetProblems(config, { text, file: 't.yaml' })).toEqual([]);
  expect(budgetsOf(config)).toEqual([
    { tenant: 'acme', service: 'S3', usd: '12.5', owner: 'kim' },
    { service: 'S3', usd: '1' },
  ]);
  expect(budgetsOf(parseConfigOrThrow('', 't.yaml'))).toEqual([]);
});

it.each([
  ['  - { tenant: acme, usd: 5 }', /^t.yaml:3:26: budgets.0.usd: expected string, got 5$/],
  ['  - { tenant: acme, usd: "0" }', /^t.yaml:3:26: budgets.0.usd: expected more than 0 dollars, got "0"$/],
  ['  - { usd: "5" }', /^t.yaml:3:5: budgets.0: expected tenant, service, or both, got/],
  [
    '  - { tenant: acme, usd: "5", sevice: S3 }',
    /^t.yaml:3:31: expected a known key \(did you mean service\?\), got the/,
  ],
  ['  - { tenant: acm, usd: "5" }', /^t.yaml:3:15: budgets.0.tenant: expected a registered tenant, got acm$/],
  [
    '  - { service: SNS2, usd: "5" }',
    /^t.yaml:3:16: budgets.0.service: expected a service with list prices \(.*S3.*\), got SNS2$/,
  ],
  [
    '  - { service: S3, usd: "5" }\n  - { service: S3, usd: "6" }',
    /^t.yaml:4:5: budgets.1: expected one budget of each tenant and service, got a second$/,
  ],
])('%s', (budgets, message) => {
  expect(problemsOf(budgets)).toEqual([expect.stringMatching(message)]);
});
