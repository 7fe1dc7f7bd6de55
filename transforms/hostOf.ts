/**
 * The host or address alone of what proxies print with a port: `host:443`, `192.0.2.1:5000`, `[2001:db8::1]:80`. A bare
 * IPv6 address has colons of its own and stays.
 */
export function hostOf(address: string): string {
  if (address.startsWith('[')) {
    const end = address.indexOf(']');
    return end < 0 ? address : address.slice(1, end);
  }
  const colon = address.indexOf(':');
  return colon < 0 || address.includes(':', colon + 1) ? address : address.slice(0, colon);
}

/** The client of an `X-Forwarded-For`: each proxy appends whom it saw, so that the first is the farthest away. */
export function firstForwarded(list: string): string {
  const comma = list.indexOf(',');
  return hostOf((comma < 0 ? list : list.slice(0, comma)).trim());
}
