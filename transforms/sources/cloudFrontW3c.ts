import { readCloudFrontRecord } from './cloudFrontLine.js';
import type { SourceLine } from './SourceLine.js';

/** Fields of a standard log line in the order AWS documents; older lines end earlier, newer ones are appended to. */
const FIELDS = (
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query ' +
  'cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ' +
  'ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte ' +
  'x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end'
).split(' ');
/** Up to the request's id, which every version of the format has. */
const LEAST = 15;
const STATUS = 8;

/** A CloudFront standard log line, tab-separated, without the `#Fields` line of its file; undefined when it is none. */
export function readCloudFrontW3c(text: string): SourceLine | undefined {
  const values = text.split('\t', FIELDS.length);
  if (values.length < LEAST || !/^\d{3}$/.test(values[STATUS] ?? '')) return undefined;
  return readCloudFrontRecord(Object.fromEntries(values.map((value, place) => [FIELDS[place], w3cValue(value)])), text);
}

/** W3C values are URL-encoded; one that is not valid stays as it is. */
export function w3cValue(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
