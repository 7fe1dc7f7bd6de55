import { type Attachment, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { cutAscii } from '../messages/cutText.js';
import { mailMessage, PICTURE_ID } from '../messages/mailMessage.js';
import { awsOutcome } from './awsOutcome.js';
import type { Channel } from './Channel.js';

/**
 * Mails by SES. It knows no ids: a mail that is sent again says that it may be a second copy.
 *
 * @param png the picture of an incident, if there is one; it goes along within the text
 */
export function mailChannel(
  name: string,
  of: { readonly from: string; readonly to: readonly string[] },
  client: SESv2Client,
  png?: (incidentId: string) => Promise<Uint8Array | undefined>,
): Channel {
  return {
    name,
    async send(message, { repeated }) {
      const picture = message.picture === undefined ? undefined : await png?.(message.incident_id);
      const mail = mailMessage(message, repeated, picture !== undefined);
      const part = (Data: string): { Data: string; Charset: string } => ({ Data, Charset: 'UTF-8' });
      try {
        const answer = await client.send(
          new SendEmailCommand({
            FromEmailAddress: of.from,
            Destination: { ToAddresses: [...of.to] },
            Content: {
              Simple: {
                Subject: part(mail.subject),
                Body: { Text: part(mail.text), Html: part(mail.html) },
                Headers: [...mail.headers],
                ...(picture === undefined ? {} : { Attachments: [inline(picture, message.picture?.alt ?? '')] }),
              },
            },
          }),
        );
        return { kind: 'sent', receipt: answer.MessageId ?? 'accepted' };
      } catch (error) {
        return awsOutcome('SES', error);
      }
    },
  };
}

/** What a header may hold of a description. */
const DESCRIPTION = 200;

/** SES makes the parts of the mail: text and picture belong together, and clients that show no HTML have the text. */
function inline(png: Uint8Array, alt: string): Attachment {
  return {
    FileName: 'picture.png',
    ContentType: 'image/png',
    ContentDisposition: 'INLINE',
    ContentId: PICTURE_ID,
    ContentDescription: cutAscii(alt, DESCRIPTION),
    RawContent: png,
  };
}
