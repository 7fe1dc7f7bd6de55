import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseFluentBitVersion, renderSidecar, SIDECAR_FILES, verifySidecar } from '../../fluentbit/index.js';
import { AppError, isTenantId } from '../../model/index.js';
import { sharedSidecarOf, sidecarOf } from './options.js';

const golden = (name: string) => new URL(`./golden/${name}`, import.meta.url);
const full = sidecarOf({
  version: parseFluentBitVersion('5.1'),
  compression: 'gzip',
  roleArn: 'arn:aws:iam::123456789012:role/tenantscope-acme',
  restrictEgress: true,
  limits: { lines_per_second: 1000, bytes_per_day: 5_000_000_000 },
});

const files = (name: string) => renderSidecar(full).files.get(name) ?? '';

describe('renderSidecar', () => {
  // TENANTSCOPE_WRITE_GOLDEN=1 writes the files anew; look at the difference before committing it.
  it.each(SIDECAR_FILES)('%s is the golden file', (name) => {
    const text = renderSidecar(full).files.get(name) ?? '';
    if (process.env.TENANTSCOPE_WRITE_GOLDEN === '1') writeFileSync(golden(name), text);
    expect(text).toBe(readFileSync(golden(name), 'utf8'));
  });

  it.each(SIDECAR_FILES)('%s of a shared namespace is the golden file', (name) => {
    const text = renderSidecar(sharedSidecarOf({ restrictEgress: true })).files.get(name) ?? '';
    const file = golden(`shared/${name}`);
    if (process.env.TENANTSCOPE_WRITE_GOLDEN === '1') {
      mkdirSync(new URL('.', file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('labels a shared namespace’s objects as Kubernetes allows, and as no tenant can be called', () => {
    const { files } = renderSidecar(sharedSidecarOf());
    expect(verifySidecar(files)).toEqual([]);
    const labels = [...files.values()].flatMap((text) => [...text.matchAll(/tenantscope\.io\/tenant: (\S+)/g)]);
    expect(labels.length).toBeGreaterThan(3);
    for (const [, value] of labels) {
      expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/);
      expect(isTenantId(value ?? '')).toBe(false);
    }
  });

  it('gives the same bytes every time', () => {
    expect([...renderSidecar(full).files]).toEqual([...renderSidecar(full).files]);
  });

  it('leaves aggregation out on a release without it, and says so', () => {
    const { files, notes } = renderSidecar(sidecarOf({ version: parseFluentBitVersion('4.2.1') }));
    expect(files.get('fluent-bit.yaml')).not.toContain('simple_aggregation');
    expect(notes.join('\n')).toContain('cannot aggregate');
  });

  it('refuses compression on a release without it', () => {
    const options = sidecarOf({ compression: 'gzip' });
    expect(() => renderSidecar(options)).toThrow(/expected 5\.0\.0 or newer for --compression, got 4\.2\.2/);
  });

  it.each(['1.9.10', '4.1', 'latest', ''])('refuses Fluent Bit %j', (text) => {
    expect(() => parseFluentBitVersion(text)).toThrow(AppError);
  });

  it('keeps credentials out of the application and the sidecar out of its process namespace', () => {
    const { files } = renderSidecar(full);
    expect(files.get('service-account.yaml')).toContain('eks.amazonaws.com/skip-containers: app');
    expect(files.get('pod-patch.yaml')).toContain('shareProcessNamespace: false');
    for (const text of files.values()) expect(text).not.toMatch(/AWS_SECRET|AWS_ACCESS_KEY/);
  });

  // A stream that was away made the health endpoint fail, which would have kept every application from starting.
  it('probes whether the process answers, not whether it delivers', () => {
    const text = files('pod-patch.yaml');
    expect(text).toContain('/api/v1/uptime');
    expect(text).not.toContain('/api/v1/health');
    expect(text).not.toMatch(/[&*]a\d/);
  });

  it('applies the network policy only where asked for', () => {
    expect(renderSidecar(full).files.get('kustomization.yaml')).toContain('network-policy.yaml');
    expect(renderSidecar(sidecarOf()).files.get('kustomization.yaml')).not.toContain('network-policy.yaml');
  });

  it('writes valid YAML only', () => {
    for (const [name, text] of renderSidecar(full).files) {
      if (!name.endsWith('.yaml') || name.includes('/templates/')) continue;
      for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
    }
  });
});

describe('verifySidecar', () => {
  const rendered = renderSidecar(full).files;
  const changed = (name: string, from: string, to: string) => {
    const text = rendered.get(name) ?? '';
    expect(text).toContain(from);
    return verifySidecar(new Map([...rendered, [name, text.replace(from, to)]]));
  };

  it('finds nothing in what was rendered', () => {
    expect(verifySidecar(rendered)).toEqual([]);
  });

  it.each([
    ['fluent-bit.yaml', 'http_listen: 127.0.0.1', 'http_listen: 0.0.0.0', 'http_listen'],
    // Lost a chunk of 8,000 lines when Fluent Bit was killed while writing it.
    ['fluent-bit.yaml', 'storage.checksum: false', 'storage.checksum: true', 'storage.checksum'],
    ['fluent-bit.yaml', 'retry_limit: no_limits', 'retry_limit: 1', 'retry_limit'],
    ['fluent-bit.yaml', 'truncate_long_lines: true', 'truncate_long_lines: false', 'truncate_long_lines'],
    ['fluent-bit.yaml', 'read_from_head: true', 'read_from_head: false', 'read_from_head'],
    ['fluent-bit.yaml', 'call: stamp', 'call: other', 'the last is the stamp'],
    ['fluent-bit.yaml', 'name: dummy', 'name: random', 'a heartbeat'],
    ['stamp.lua', 'local TENANT = "acme"', 'local TENANT = env("TENANT")', 'tenant as a literal'],
    ['pod-patch.yaml', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', 'readOnlyRootFilesystem'],
    ['pod-patch.yaml', 'restartPolicy: Always', 'restartPolicy: Never', 'restartPolicy'],
  ])('%s with %j as %j', (name, from, to, said) => {
    expect(
      changed(name, from, to)
        .map((problem) => problem.message)
        .join('\n'),
    ).toContain(said);
  });

  it('finds a ConfigMap that differs from the files beside it', () => {
    expect(changed('stamp.lua', 'local lines_read', 'local  lines_read')).toEqual([
      { file: 'config-map.yaml', message: 'data[stamp.lua]: expected the bytes of stamp.lua beside it' },
      { file: 'chart/files/stamp.lua', message: 'expected the bytes of stamp.lua above it' },
    ]);
  });

  it('names a missing file, and broken YAML by line and column', () => {
    const missing = new Map(rendered);
    missing.delete('stamp.lua');
    expect(verifySidecar(missing).map((problem) => problem.file)).toEqual(['stamp.lua']);
    const broken = verifySidecar(new Map([...rendered, ['pod-patch.yaml', 'a: [1\nb: 2']]));
    expect(broken[0]?.file).toMatch(/^pod-patch\.yaml:\d+:\d+$/);
  });
});
