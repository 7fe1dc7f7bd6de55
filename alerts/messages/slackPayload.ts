import { humanInstant } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { cutText } from './cutText.js';
import { mrkdwn } from './mrkdwn.js';
import { oneLine } from './plainText.js';

/** Limits of Slack's blocks (its documentation, 2026-11). */
const HEADER = 150;
const FIELDS = 10;
const BUTTON_TEXT = 75;
/**
 * Ours, below Slack's 3,000 for a section and 2,000 for a field: Slack may refuse a whole message near 13,000 characters,
 * and all parts at these limits together are below 12,000.
 */
const SENTENCE = 2000;
const FALLBACK = 500;
const LABEL = 80;
const FIGURE = 200;
const STEPS = 6;
const STEP = 250;
const BUTTONS = 3;
const BUTTON_URL = 1000;
/** Slack's own limit: a link into a bucket is long. */
const PICTURE_URL = 3000;
const PICTURE_ALT = 500;
/** Beyond this the picture is left out: Slack may refuse a whole message near 13,000 characters. */
const WHOLE = 12_500;

interface Text {
  readonly type: 'mrkdwn' | 'plain_text';
  readonly text: string;
  readonly verbatim?: true;
  readonly emoji?: false;
}

/** Blocks and their fallback, as an incoming webhook takes them. */
export interface SlackPayload {
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
}

const SIGNS = { PAGE: '🔴', TICKET: '🟠', INFO: '🔵' } as const;

/**
 * A message for a Slack channel. What comes from outside is escaped, and every text is `verbatim`: Slack must not make a
 * mention or a link of a tenant's name. A webhook can neither update nor thread, so a resolution is a message of its own
 * under the same title.
 *
 * @param repeated it may have arrived before
 * @param pictured with the picture, where it has an address
 */
export function slackPayload(message: AlertMessage, repeated: boolean, pictured = true): SlackPayload {
  const image = pictured ? imageOf(message) : undefined;
  const payload = payloadOf(message, repeated, image);
  return image === undefined || JSON.stringify(payload).length <= WHOLE
    ? payload
    : payloadOf(message, repeated, undefined);
}

function payloadOf(message: AlertMessage, repeated: boolean, image: Image | undefined): SlackPayload {
  const resolved = statusOf(message) === 'resolved';
  const word = resolved ? 'resolved' : message.severity;
  const sign = resolved ? '🟢' : SIGNS[message.severity];
  const header = cutText(oneLine(`${sign} ${word}: ${message.title}`), HEADER);
  const steps = message.next.slice(0, STEPS).map((step, index) => `${index + 1}. ${mrkdwn(oneLine(step), STEP)}`);
  const fields = message.figures
    .slice(0, FIELDS)
    .map(({ label, value }) => text(`*${mrkdwn(oneLine(label), LABEL)}*\n${mrkdwn(oneLine(value), FIGURE)}`));
  // A picture that is shown needs no link.
  const linked = message.links.filter(({ name }) => image === undefined || name !== 'picture_url');
  const buttons = linked
    .filter(({ url }) => url.length <= BUTTON_URL)
    .slice(0, BUTTONS)
    .map((link) => ({
      type: 'button',
      text: { type: 'plain_text', text: cutText(oneLine(link.text), BUTTON_TEXT), emoji: false },
      url: link.url,
    }));
  const notes = [
    message.environment,
    message.event,
    `${humanInstant(message.at)} UTC`,
    `incident ${message.incident_id}`,
    ...leftOut(message.figures.length - fields.length, 'figures'),
    ...leftOut(message.next.length - steps.length, 'steps'),
    ...leftOut(linked.length - buttons.length, 'links'),
    ...(repeated ? ['sent again, since it is not known whether it arrived'] : []),
  ];
  return {
    text: mrkdwn(oneLine(`${word}: ${message.headline}`), FALLBACK),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: header, emoji: false } },
      { type: 'section', text: text(mrkdwn(oneLine(message.sentence), SENTENCE)) },
      ...(image === undefined ? [] : [image]),
      ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
      ...(steps.length === 0 ? [] : [{ type: 'section', text: text(`*What to do*\n${steps.join('\n')}`) }]),
      ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons }]),
      { type: 'context', elements: [text(mrkdwn(oneLine(notes.join(' · ')), FALLBACK))] },
    ],
  };
}

interface Image extends Readonly<Record<string, unknown>> {
  readonly type: 'image';
}

/** True when a message is sent with a picture. */
export function isPictured({ blocks }: SlackPayload): boolean {
  return blocks.some(({ type }) => type === 'image');
}

function imageOf({ picture }: AlertMessage): Image | undefined {
  const url = picture?.url;
  if (picture === undefined || url === undefined || !url.startsWith('https://') || url.length > PICTURE_URL)
    return undefined;
  return { type: 'image', image_url: url, alt_text: cutText(oneLine(picture.alt), PICTURE_ALT) };
}

const text = (of: string): Text => ({ type: 'mrkdwn', text: of, verbatim: true });

const leftOut = (count: number, what: string): readonly string[] => (count > 0 ? [`${count} ${what} left out`] : []);
