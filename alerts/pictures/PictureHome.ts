import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AlertSettings, parseS3Url } from '../../model/index.js';
import { awsClient } from '../channels/openChannels.js';

/** Where pictures are put for those who show them by their address. */
export interface PictureHome {
  /** Puts a PNG there, under a name nobody can guess, and returns the address. Throws when it cannot. */
  put(incidentId: string, png: Uint8Array): Promise<string>;
}

const DAY_SECONDS = 86_400;

/**
 * The place `alerts.pictures` names: a folder that something serves, or a bucket. Undefined without one.
 *
 * @param timeoutMs how long a bucket may take: people are told after it, with the picture or without
 */
export async function openPictureHome(
  settings: AlertSettings['pictures'],
  timeoutMs: number,
): Promise<PictureHome | undefined> {
  if (settings === undefined) return undefined;
  const { to, url, link_days } = settings;
  if (!to.startsWith('s3://')) {
    return {
      put: async (incidentId, png) => {
        const name = nameOf(incidentId, png);
        await mkdir(to, { recursive: true });
        // Beside its place first: whoever serves the folder must not send half of it.
        await writeFile(join(to, `.${name}.tmp`), png);
        await rename(join(to, `.${name}.tmp`), join(to, name));
        return addressOf(url ?? '', name);
      },
    };
  }
  const [{ GetObjectCommand, PutObjectCommand, S3Client }, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ]);
  const { bucket, prefix } = parseS3Url(to);
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const client = new S3Client(awsClient(timeoutMs, undefined));
  return {
    put: async (incidentId, png) => {
      const name = nameOf(incidentId, png);
      const at = { Bucket: bucket, Key: `${root}${name}` };
      await client.send(new PutObjectCommand({ ...at, Body: png, ContentType: 'image/png' }));
      if (url !== undefined) return addressOf(url, name);
      return getSignedUrl(client, new GetObjectCommand(at), { expiresIn: link_days * DAY_SECONDS });
    },
  };
}

/** By its content: an address always shows the same, and cannot be told from the incident's id. */
function nameOf(incidentId: string, png: Uint8Array): string {
  const hash = createHash('sha256').update(png).digest('hex').slice(0, 24);
  return `${incidentId.replace(/[^A-Za-z0-9-]/g, '-')}-${hash}.png`;
}

const addressOf = (url: string, name: string): string => `${url.replace(/\/$/, '')}/${name}`;
