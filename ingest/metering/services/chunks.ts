/** Payload bytes that SQS and SNS bill as one request. */
const CHUNK = 64 * 1024;

/** Requests a payload is billed as: one per 64 KiB begun, at least one. */
export function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK));
}
