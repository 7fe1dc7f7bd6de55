import { BlockList, isIPv6 } from 'node:net';

/** Networks that are not the public internet (RFC 6890 and the metadata addresses of clouds within them). */
const NETWORKS = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const BLOCKED = new BlockList();
for (const [net, prefix] of NETWORKS) BLOCKED.addSubnet(net, prefix, isIPv6(net) ? 'ipv6' : 'ipv4');

/** True for an address of a private, local or reserved network, also when it is written as an IPv6 one. */
export function isPrivateAddress(address: string): boolean {
  return BLOCKED.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
