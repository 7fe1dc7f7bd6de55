import { isoInstant } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { oneLine } from './plainText.js';

/** A message as one line: JSON for programs and log groups, or text for people. */
export function stdoutLine(message: AlertMessage, format: 'json' | 'text'): string {
  if (format === 'json') {
    const { version: _, at, opened_at, resolved_at, ...rest } = message;
    return JSON.stringify({
      time: isoInstant(at),
      type: `alert.${statusOf(message)}`,
      ...rest,
      opened_at: isoInstant(opened_at),
      resolved_at: resolved_at === null ? null : isoInstant(resolved_at),
    });
  }
  return oneLine(
    `${isoInstant(message.at)} ${message.severity} ${message.event} ${message.headline}. ${message.sentence}`,
  );
}
