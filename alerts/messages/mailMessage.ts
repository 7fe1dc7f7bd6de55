import { humanInstant } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { cutText } from './cutText.js';
import { htmlText, oneLine } from './plainText.js';

/** What a mail client shows of a subject, with room; RFC 5322 ends a line at 998. */
const SUBJECT = 200;
const TEXT = 4000;
const ITEMS = 30;

/** What the text of a mail calls the picture that goes along. */
export const PICTURE_ID = 'picture@tenantscope.invalid';

/** A mail without its addresses. */
export interface MailMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly Name: string; readonly Value: string }[];
}

/**
 * A message as a mail, text and HTML. The mails of an incident have one subject and refer to one id, so that clients show
 * them as one conversation.
 *
 * @param repeated it may have arrived before
 * @param pictured the picture goes along, under {@link PICTURE_ID}
 */
export function mailMessage(message: AlertMessage, repeated: boolean, pictured = false): MailMessage {
  const over = statusOf(message) === 'resolved';
  const word = over ? 'resolved' : message.severity;
  const line = (of: string): string => cutText(oneLine(of), TEXT);
  const figures = message.figures
    .slice(0, ITEMS)
    .map(({ label, value }) => ({ label: line(label), value: line(value) }));
  const steps = message.next.slice(0, ITEMS).map(line);
  const links = message.links.slice(0, ITEMS);
  const left = [message.figures.length, message.next.length, message.links.length].reduce(
    (sum, count) => sum + Math.max(0, count - ITEMS),
    0,
  );
  const notes = [
    `${message.environment}, ${message.event}, ${humanInstant(message.at)} UTC, incident ${message.incident_id}`,
    ...(left > 0 ? [`${left} further lines are left out`] : []),
    ...(repeated ? ['This mail is sent again, since it is not known whether it arrived.'] : []),
  ].map(line);
  const alt = message.picture === undefined ? undefined : line(message.picture.alt);
  const text = [
    line(message.headline),
    '',
    line(message.sentence),
    '',
    ...(alt === undefined ? [] : [alt, '']),
    ...figures.map(({ label, value }) => `${label}: ${value}`),
    ...(steps.length === 0 ? [] : ['', 'What to do:', ...steps.map((step, index) => `${index + 1}. ${step}`)]),
    ...(links.length === 0 ? [] : ['', ...links.map((link) => `${link.text}: ${line(link.url)}`)]),
    '',
    ...notes,
    '',
  ].join('\n');
  const thread = `<${message.incident_id.replace(/[^A-Za-z0-9-]/g, '-')}@tenantscope.invalid>`;
  return {
    subject: cutText(oneLine(`[${word}] ${message.environment}: ${message.title}`), SUBJECT),
    text,
    html: htmlOf(message, { figures, steps, links, notes, picture: pictured ? alt : undefined }),
    headers: [
      { Name: 'References', Value: thread },
      { Name: 'In-Reply-To', Value: thread },
      { Name: 'Auto-Submitted', Value: 'auto-generated' },
      { Name: 'X-Tenantscope-Event', Value: message.id.replace(/[^\x21-\x7e]/g, '?').slice(0, 200) },
    ],
  };
}

interface Parts {
  readonly figures: readonly { readonly label: string; readonly value: string }[];
  readonly steps: readonly string[];
  readonly links: AlertMessage['links'];
  readonly notes: readonly string[];
  /** What the picture says, where one goes along. */
  readonly picture: string | undefined;
}

function htmlOf(message: AlertMessage, { figures, steps, links, notes, picture }: Parts): string {
  const cell = 'style="padding:2px 12px 2px 0;text-align:left;vertical-align:top"';
  const rows = figures.map(
    ({ label, value }) => `<tr><th ${cell}>${htmlText(label)}</th><td ${cell}>${htmlText(value)}</td></tr>`,
  );
  const items = steps.map((step) => `<li>${htmlText(step)}</li>`);
  const anchors = links
    .filter(({ url }) => /^https?:\/\//.test(url))
    .map(({ text, url }) => `<a href="${htmlText(url)}">${htmlText(text)}</a>`);
  return `<!doctype html><html><body style="font-family:sans-serif">
<h3>${htmlText(cutText(message.headline, TEXT))}</h3>
<p>${htmlText(cutText(message.sentence, TEXT))}</p>
${picture === undefined ? '' : `<p><img src="cid:${PICTURE_ID}" alt="${htmlText(picture)}" width="720" style="max-width:100%;height:auto"></p>\n`}<table style="border-collapse:collapse">
${rows.join('\n')}
</table>
${items.length === 0 ? '' : `<p>What to do</p>\n<ol>\n${items.join('\n')}\n</ol>\n`}${anchors.length === 0 ? '' : `<p>${anchors.join(' | ')}</p>\n`}${notes.map((note) => `<p style="color:#666">${htmlText(note)}</p>`).join('\n')}
</body></html>
`;
}
