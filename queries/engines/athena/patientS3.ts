import type { S3Client } from '@aws-sdk/client-s3';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';

/** The session's client for whoever sends by themselves, with the waits and the end of the session in place of its own. */
export function patientS3(session: AthenaSession): S3Client {
  const send = (command: Parameters<S3Client['send']>[0]) =>
    sendPatiently(session, () => session.s3.send(command, { abortSignal: session.guard.signal }));
  return Object.create(session.s3, { send: { value: send } }) as S3Client;
}
