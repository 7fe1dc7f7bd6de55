import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mailMessage } from '../messages/mailMessage.js';
import { awsOutcome } from './awsOutcome.js';
import type { Channel } from './Channel.js';

/** Mails by SES. It knows no ids: a mail that is sent again says that it may be a second copy. */
export function mailChannel(
  name: string,
  of: { readonly from: string; readonly to: readonly string[] },
  client: SESv2Client,
): Channel {
  return {
    name,
    async send(message, { repeated }) {
      const mail = mailMessage(message, repeated);
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
