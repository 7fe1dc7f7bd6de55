import { cutText, MARK } from './cutText.js';

/** A text for Slack's mrkdwn, escaped and at most `limit` characters long; an entity is not cut in two. */
export function mrkdwn(text: string, limit: number): string {
  const escaped = text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  if (escaped.length <= limit) return escaped;
  return `${cutText(escaped, limit)
    .slice(0, -MARK.length)
    .replace(/&[a-z]{0,3}$/, '')}${MARK}`;
}
