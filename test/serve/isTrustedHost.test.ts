import { expect, it } from 'vitest';
import { isTrustedHost } from '../../serve/isTrustedHost.js';

it.each([
  ['localhost'],
  ['LOCALHOST:8787'],
  ['localhost.:8787'],
  ['127.0.0.1:8787'],
  ['127.0.0.1'],
  ['[::1]:8787'],
  ['10.1.2.3:9090'],
  ['tenantscope.monitoring.svc:8787'],
])('%s is this server', (host) => {
  expect(isTrustedHost(host, ['Tenantscope.monitoring.svc'])).toBe(true);
});

it.each([
  [undefined],
  [''],
  ['evil.example'],
  ['evil.example:8787'],
  ['localhost.evil.example'],
  ['127.0.0.1.evil.example'],
  ['127.0.0.1@evil.example'],
  ['evil.example#127.0.0.1'],
  ['localhost:8787, evil.example'],
  ['localhost:port'],
  ['[evil.example]'],
  ['localhost/'],
])('%s is not', (host) => {
  expect(isTrustedHost(host, ['tenantscope.monitoring.svc'])).toBe(false);
});
