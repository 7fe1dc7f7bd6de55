import { hexOf } from '../hexOf.js';

/** AWS X-Ray's `1-5759e988-bd862e3fe1be46a994272793`, alone or as `Root=…` of its header, is a trace id with dashes. */
const XRAY = /^(?:Root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
/** Google Cloud's `projects/name/traces/id`. */
const GOOGLE = /^projects\/[^/]{1,128}\/traces\/([0-9a-f]{32})$/;

/** A trace id of 32 hexadecimal digits; all zeros stand for none (W3C trace context). */
export function traceIdOf(value: unknown): string | null {
  const id = idOf(value, 32);
  if (id !== null || typeof value !== 'string') return id;
  const [, time = '', random = ''] = XRAY.exec(value) ?? GOOGLE.exec(value) ?? [];
  return idOf(`${time}${random}`, 32);
}

/** A span id of 16 hexadecimal digits; all zeros stand for none. */
export function spanIdOf(value: unknown): string | null {
  return idOf(value, 16);
}

/** Some loggers print upper case, which the specification reads as lower. */
function idOf(value: unknown, digits: number): string | null {
  const id = hexOf(typeof value === 'string' ? value.toLowerCase() : value, digits);
  return id === null || !/[^0]/.test(id) ? null : id;
}
