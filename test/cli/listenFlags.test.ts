import { expect, it } from 'vitest';
import { listenAddress } from '../../cli/listenFlags.js';

const flags = (host: string, over: object = {}) => ({ host, port: '8787', allowHost: [], ...over });

it.each(['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost'])('%s is this machine alone', (host) => {
  expect(listenAddress(flags(host))).toEqual({
    host: host.replace(/[[\]]/g, ''),
    port: 8787,
    remote: false,
    allowedHosts: [],
  });
});

it.each(['0.0.0.0', '::', '10.0.0.7', '::ffff:127.0.0.1'])('%s needs to be wanted', (host) => {
  expect(() => listenAddress(flags(host))).toThrow(/there is no login/);
  expect(listenAddress(flags(host, { allowRemote: true }))).toMatchObject({ host, remote: true });
});

it('refuses what is no address, no port and no name', () => {
  expect(() => listenAddress(flags('tenantscope.example', { allowRemote: true }))).toThrow(/--host is not usable/);
  expect(() => listenAddress(flags('127.0.0.1', { port: '65536' }))).toThrow(/--port is not usable/);
  expect(() => listenAddress(flags('127.0.0.1', { allowHost: ['a b'] }))).toThrow(/--allow-host is not usable/);
  expect(() => listenAddress(flags('127.0.0.1', { allowHost: ['name:8787'] }))).toThrow(/without port/);
});
