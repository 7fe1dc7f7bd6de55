import pLimit from 'p-limit';
import { beginningOf, messageOf, neverSent, retryAfterMs, systemCode } from '../../model/index.js';
import type { SinkOutcome, SinkRecord, SinkSender } from './SinkRecord.js';

/** Stripe's API as it is spoken here; fixed, so that an account's default cannot change what an answer means. */
const API_VERSION = '2025-04-30.basil';

/** Calls in flight; of one customer and meter Stripe takes one at a time. */
const CONCURRENCY = 8;

/** Of an answer only so much is read, bytes. */
const MOST_READ = 8192;

/** What a meter event says, in the form that Stripe's v1 API takes. */
export function meterEventForm(record: SinkRecord): Readonly<Record<string, string>> {
  return {
    event_name: record.name,
    'payload[stripe_customer_id]': record.customer,
    'payload[value]': String(record.units),
    identifier: record.id,
    timestamp: String(record.timestamp),
  };
}

/**
 * Sends meter events to Stripe (`POST /v1/billing/meter_events`), one a call. The identifier of an event and the idempotency key of its
 * calls are the record's id, so that Stripe takes it once however often it is sent within a day.
 *
 * @param key the secret key; no outcome shows it
 */
export function stripeSender(
  settings: { readonly endpoint: string; readonly key: string; readonly timeoutMs: number },
  now: () => number,
): SinkSender {
  const url = `${settings.endpoint.replace(/\/+$/, '')}/v1/billing/meter_events`;
  const post = async (record: SinkRecord, idempotencyKey = record.id): Promise<SinkOutcome> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          authorization: `Bearer ${settings.key}`,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': idempotencyKey,
          'stripe-version': API_VERSION,
          'user-agent': 'tenantscope',
        },
        body: new URLSearchParams(meterEventForm(record)).toString(),
        signal: AbortSignal.timeout(settings.timeoutMs),
      });
      const text = (await beginningOf(response, MOST_READ)).replaceAll(settings.key, '***');
      // Stripe keeps the answers of failed calls under their key for a day, and gives them again, also when what was wrong (a meter
      // that was not there) was mended and the record is to be sent after all; the identifier guards the event.
      const replayed = response.status >= 400 && response.headers.get('idempotent-replayed') === 'true';
      if (replayed && idempotencyKey === record.id) return post(record, `${record.id}-${record.attempts + 1}`);
      return outcomeOf(response, text, record, now());
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      const code = systemCode(cause);
      const reason = code === undefined ? messageOf(cause) : `${code}: ${messageOf(cause)}`;
      return { kind: 'retry', reason: reason.replaceAll(settings.key, '***'), unsent: neverSent(cause) };
    }
  };
  return {
    async send(records) {
      const limit = pLimit(CONCURRENCY);
      const outcomes = new Map<string, SinkOutcome>();
      const series = new Map<string, SinkRecord[]>();
      for (const record of records) {
        const key = `${record.customer} ${record.name}`;
        series.set(key, [...(series.get(key) ?? []), record]);
      }
      await Promise.all(
        [...series.values()].map((list) =>
          limit(async () => {
            for (const record of list) outcomes.set(record.id, await post(record));
          }),
        ),
      );
      return records.map(({ id }) => outcomes.get(id) ?? { kind: 'retry', reason: 'not sent', unsent: true });
    },
  };
}

function outcomeOf(response: Response, text: string, record: SinkRecord, now: number): SinkOutcome {
  const { status } = response;
  if (status >= 200 && status < 300) return { kind: 'sent', receipt: `stripe ${record.id}` };
  const message = messageIn(text);
  // An earlier call arrived, and its answer did not: the event is there, once.
  if (status === 400 && /already exists/i.test(message) && message.includes(record.id))
    return { kind: 'sent', receipt: `stripe ${record.id} (was there)` };
  const reason = `HTTP ${status}${message === '' ? '' : `: ${message}`}`;
  // 409: another call with the same idempotency key is in flight. 401 and 403: the key can be mended, the event is sound.
  if (![401, 403, 408, 409, 425, 429].includes(status) && status < 500) return { kind: 'rejected', reason };
  const afterMs = retryAfterMs(response.headers.get('retry-after'), now);
  const unsent = [401, 403, 429].includes(status);
  return { kind: 'retry', reason, unsent, ...(afterMs === undefined ? {} : { afterMs }) };
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') return error.message.replace(/\s+/g, ' ').slice(0, 300);
  } catch {
    // Not JSON: something in between answered.
  }
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
