import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { messageOf, neverSent, type ReportTarget } from '../../model/index.js';
import { type Deliverer, type Delivery, DeliveryProblem } from './Delivery.js';
import { statusOf } from './deliverToS3.js';

/** Room for what base64 and headers add below the 40 MB that SES takes. */
const GREATEST_ATTACHMENT = 25_000_000;

/**
 * Sends reports by SES, the file attached. The client must be one that tries once: SES has no token that would make two
 * sends one, so an answer that did not come is not a reason to send again.
 */
export function mailDeliverer(client: SESv2Client, from: string): Deliverer {
  return {
    repeatable: false,
    async deliver(target: ReportTarget, delivery: Delivery): Promise<void> {
      if (!('mail' in target)) throw new DeliveryProblem('failed', 'not a list of mail addresses');
      if (delivery.content.length > GREATEST_ATTACHMENT) {
        throw new DeliveryProblem(
          'failed',
          `${delivery.content.length} bytes are too many for a mail; deliver it to a folder or s3`,
        );
      }
      const part = (Data: string): { Data: string; Charset: string } => ({ Data, Charset: 'UTF-8' });
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...target.mail] },
        Content: {
          Simple: {
            Subject: part(delivery.subject),
            Body: { Text: part(delivery.text), Html: part(delivery.html) },
            Attachments: [
              {
                FileName: delivery.fileName,
                ContentType: delivery.contentType,
                ContentDisposition: 'ATTACHMENT',
                RawContent: delivery.content,
              },
            ],
          },
        },
      });
      try {
        await client.send(command);
      } catch (error) {
        throw problem(error);
      }
    },
  };
}

function problem(error: unknown): DeliveryProblem {
  const status = statusOf(error);
  const message = `SES: ${messageOf(error)}`;
  if (status === 429 || neverSent(error)) return new DeliveryProblem('again', message, error);
  if (status !== undefined && status >= 400 && status < 500) return new DeliveryProblem('failed', message, error);
  return new DeliveryProblem('unknown', `${message}; it may have been sent`, error);
}
