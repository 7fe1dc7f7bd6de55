import { describe, expect, it } from 'vitest';
import { oneOf, unknownName } from '../../cli/oneOf.js';
import { requireTenant, servicesOf, warnUnknown } from '../../cli/requireTenant.js';
import { AppError, parseConfigOrThrow } from '../../model/index.js';
import { fakeContext } from './fakeContext.js';

const CONFIG = parseConfigOrThrow(
  `
tenants:
  - { id: acme, namespaces: [a] }
  - { id: borealis, namespaces: [b] }
meters:
  - { service: Search, meter: queries, unit: Queries, when: [{ path: event, equals: search }] }
`,
  'tenantscope.yaml',
);

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return `${error.message} [${error.code}]`;
    throw error;
  }
  return '';
}

describe('a name that is not known', () => {
  it('is answered with the nearest, and with all where they are few', () => {
    expect(oneOf('--format', 'csv', ['csv', 'json'])).toBe('csv');
    expect(messageOf(() => oneOf('--format', 'jsn', ['csv', 'json']))).toBe(
      '--format is not known: expected one of csv, json, got "jsn"\n  did you mean json? [USAGE]',
    );
    expect(messageOf(() => oneOf('--format', 'x'.repeat(500), ['csv']))).not.toContain('x'.repeat(81));
  });

  it('is not answered with a list nobody reads', () => {
    const known = Array.from({ length: 10_000 }, (_, index) => `tenant-${index}`);
    const error = unknownName('PARAMETER_INVALID', 'no such tenant', {
      got: 'tenant-77x',
      known,
      hint: 'see the list',
    });
    expect(error.message).toBe('no such tenant: got "tenant-77x"\n  did you mean tenant-77? see the list');
  });

  it('of a tenant is refused where only registered ones make sense', () => {
    for (const tenant of [undefined, 'acme', '_idle']) requireTenant(tenant, CONFIG);
    expect(messageOf(() => requireTenant('acmee', CONFIG))).toContain('did you mean acme? tenantscope tenant list');
  });

  it.each([
    [{ tenant: 'borealsi' }, 'warning: no tenant "borealsi" is registered; did you mean borealis?\n'],
    [{ tenant: 'zzzzzzzzzzzz' }, 'warning: no tenant "zzzzzzzzzzzz" is registered\n'],
    [{ service: 'DynamDB' }, 'warning: no meter has the service "DynamDB"; did you mean DynamoDB?\n'],
    [{ service: 'Search', tenant: 'acme' }, ''],
    [{ tenant: '_unknown' }, ''],
    [{ tenant: '_fleet', service: '_all' }, ''],
    [{}, ''],
  ])('is warned of where what is gone from the registry may be asked for: %j', async (names, said) => {
    for (const quiet of [false, true]) {
      const context = fakeContext();
      warnUnknown(names, CONFIG, { ...context, quiet });
      await new Promise(setImmediate);
      expect(context.written().stderr).toBe(said);
    }
  });

  it('of a service may be one of the project’s own meters', () => {
    expect(servicesOf(CONFIG)).toEqual(expect.arrayContaining(['DynamoDB', 'S3', 'Search']));
  });
});
