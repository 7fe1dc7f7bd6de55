/** AWS X-Ray's `1-5759e988-bd862e3fe1be46a994272793`, alone or as `Root=…` of its header, is a trace id with dashes. */
const XRAY = /^(?:Root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
/** Google Cloud's `projects/name/traces/id`. */
const GOOGLE = /^projects\/[^/]{1,128}\/traces\/([0-9a-f]{32})$/;

/** A trace id of 32 hexadecimal digits; all zeros stand for none (W3C trace context). */
export function traceIdOf(value: unknown): string | null {
  const id = hexOf(value, 32);
  if (id !== null || typeof value !== 'string') return id;
  const [, time = '', random = ''] = XRAY.exec(value) ?? GOOGLE.exec(value) ?? [];
  return hexOf(`${time}${random}`, 32);
}

/** A span id of 16 hexadecimal digits; all zeros stand for none. */
export function spanIdOf(value: unknown): string | null {
  return hexOf(value, 16);
}

function hexOf(value: unknown, digits: number): string | null {
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/i.test(value)) return null;
  return /[^0]/.test(value) ? value.toLowerCase() : null;
}
