import { describe, expect, it } from 'vitest';
import { configOrigins } from '../../cli/configOrigins.js';
import { applyEnvironment, configSchema, parseConfigOrThrow } from '../../model/index.js';

const TEXT = `# a comment
lake: ./of-the-file
engine:
  memory_mb: 1024
tenants:
  - { id: acme, namespaces: [a, b] }
  - id: borealis
    namespaces: [c]
alerts:
  channels:
    cluster: { type: alertmanager, urls: ["https://am.example.com/x"] }
  routes: [{ channels: [cluster] }]
`;

function originsOf(environment: Record<string, string>, flags: Record<string, string>) {
  const config = applyEnvironment(parseConfigOrThrow(TEXT, 'p.yaml'), environment);
  const settings = configOrigins({ config, source: { file: 'p.yaml', text: TEXT }, environment, flags });
  return new Map(settings.map(({ key, value, origin }) => [key, { value, origin }]));
}

describe('configOrigins', () => {
  it('says of each value which of flag, environment, file and default it came from', () => {
    const found = originsOf({ TENANTSCOPE_THREADS: '4', TENANTSCOPE_LAKE: '' }, {});
    expect(found.get('lake')).toEqual({ value: './of-the-file', origin: { from: 'file', file: 'p.yaml', line: 2 } });
    expect(found.get('engine.memory_mb')?.origin).toEqual({ from: 'file', file: 'p.yaml', line: 4 });
    expect(found.get('engine.threads')).toEqual({
      value: 4,
      origin: { from: 'environment', name: 'TENANTSCOPE_THREADS' },
    });
    expect(found.get('identity.trust')).toEqual({ value: 'namespace', origin: { from: 'default' } });
  });

  it('puts a flag before all', () => {
    const found = originsOf({ TENANTSCOPE_LAKE: './env' }, { lake: '--lake' });
    expect(found.get('lake')?.origin).toEqual({ from: 'flag', name: '--lake' });
  });

  it('names places in lists, with the line of each', () => {
    const found = originsOf({}, {});
    expect(found.get('tenants[0].id')?.origin).toMatchObject({ line: 6 });
    expect(found.get('tenants[1].id')?.origin).toMatchObject({ line: 7 });
    expect(found.get('tenants[1].namespaces')).toMatchObject({ value: ['c'], origin: { line: 8 } });
  });

  it('shows no user and password of an address, and no key that stands where its path belongs', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMC4\n-----END PRIVATE KEY-----';
    const config = configSchema.parse({
      registry: { from: 'https://kim:hunter2@tenants.example.com/x' },
      erasure: { signing_key: key, exports: ['ftp://kim:hunter2@files.example.com'] },
    });
    const found = new Map(configOrigins({ config, environment: {}, flags: {} }).map((one) => [one.key, one.value]));
    expect(found.get('erasure.signing_key')).toBe('***');
    expect(found.get('erasure.exports')).toEqual(['ftp://***@files.example.com']);
    expect(found.get('registry.from')).toBe('https://***@tenants.example.com/x');
  });

  it('shows of the address of a webhook its host alone, and no query of any', () => {
    const config = configSchema.parse({
      registry: { from: 'https://tenants.example.com/x?token=s3cret' },
      alerts: {
        channels: {
          hook: { type: 'webhook', url: 'https://hooks.example.com/T0/B1/s3cret?token=s3cret', secrets: ['env:HOOK'] },
          page: { type: 'pagerduty', routing_key: 'env:PAGER' },
        },
        routes: [{ channels: ['hook'] }],
      },
    });
    const settings = configOrigins({ config, environment: {}, flags: {} });
    const found = new Map(settings.map((one) => [one.key, one.value]));
    expect(found.get('alerts.channels.hook.url')).toBe('https://hooks.example.com/***');
    expect(found.get('alerts.channels.page.url')).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(found.get('registry.from')).toBe('https://tenants.example.com/x?***');
    expect(JSON.stringify(settings)).not.toContain('s3cret');
  });

  it('names the file for plans only while those of the file are in force', () => {
    const text = 'registry: { from: ./tenants.yaml }\nplans: [{ id: pro }]\n';
    const config = parseConfigOrThrow(text, 'p.yaml');
    const originIn = (plans: typeof config.plans) =>
      configOrigins({
        config: { ...config, plans },
        source: { file: 'p.yaml', text },
        environment: {},
        flags: {},
      }).find(({ key }) => key === 'plans[0].id')?.origin;
    expect(originIn(config.plans)).toEqual({ from: 'file', file: 'p.yaml', line: 2 });
    const others = configSchema.parse({ plans: [{ id: 'pro', name: 'of the registry' }] }).plans;
    expect(originIn(others)).toEqual({ from: 'registry', name: './tenants.yaml' });
  });

  it('leaves nothing out and invents nothing: the values make up the configuration again', () => {
    const config = parseConfigOrThrow(TEXT, 'p.yaml');
    const keys = configOrigins({ config, environment: {}, flags: {} }).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const top of Object.keys(config))
      expect(
        keys.some((key) => key === top || key.startsWith(`${top}.`) || key.startsWith(`${top}[`)),
        top,
      ).toBe(true);
  });

  it('says registry of tenants that are kept elsewhere', () => {
    const config = configSchema.parse({ registry: { from: './tenants.yaml' } });
    const whole = { ...config, tenants: parseConfigOrThrow(TEXT, 'p.yaml').tenants };
    const found = configOrigins({ config: whole, environment: {}, flags: {} });
    expect(found.find(({ key }) => key === 'tenants[0].id')?.origin).toEqual({
      from: 'registry',
      name: './tenants.yaml',
    });
  });

  it('says registry also where the file has tenants that do not count', () => {
    const environment = { TENANTSCOPE_REGISTRY: './tenants.yaml' };
    const config = applyEnvironment(parseConfigOrThrow(TEXT, 'p.yaml'), environment);
    const found = configOrigins({ config, source: { file: 'p.yaml', text: TEXT }, environment, flags: {} });
    expect(found.find(({ key }) => key === 'tenants[0].id')?.origin).toEqual({
      from: 'registry',
      name: './tenants.yaml',
    });
    expect(found.find(({ key }) => key === 'lake')?.origin).toMatchObject({ from: 'file' });
  });
});
