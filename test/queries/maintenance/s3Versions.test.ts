import {
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3Versions } from '../../../queries/index.js';

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());
const store = s3Versions(new S3Client({}), 'logs', 'lake');
const FOLDER = 'events/tenant_id=acme/';
const version = (key: string, id: string, size = 5) => ({ Key: `lake/${FOLDER}${key}`, VersionId: id, Size: size });
const denied = (name = 'AccessDenied'): Error => Object.assign(new Error('denied'), { name });

describe('the versions of a tenant in a bucket', () => {
  it('all go, with their delete markers, page by page', async () => {
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [version('a', '1'), version('a', '2')],
        DeleteMarkers: [{ Key: `lake/${FOLDER}a`, VersionId: '3' }],
        IsTruncated: true,
        NextKeyMarker: 'k',
        NextVersionIdMarker: 'v',
      })
      .resolvesOnce({ Versions: [version('b', 'null', 7)] });
    s3.on(DeleteObjectsCommand).resolves({});
    expect(await store.remove(FOLDER, false)).toEqual({ versions: 4, bytes: 17, locked: [] });
    expect(s3.commandCalls(ListObjectVersionsCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'logs', Prefix: `lake/${FOLDER}`, KeyMarker: undefined, VersionIdMarker: undefined },
      { Bucket: 'logs', Prefix: `lake/${FOLDER}`, KeyMarker: 'k', VersionIdMarker: 'v' },
    ]);
    expect(s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete?.Objects)).toEqual([
      ['1', '2', '3'].map((id) => ({ Key: `lake/${FOLDER}a`, VersionId: id })),
      [{ Key: `lake/${FOLDER}b`, VersionId: 'null' }],
    ]);
  });

  it('are only counted by a dry run', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('a', '1')] });
    expect(await store.remove(FOLDER, true)).toEqual({ versions: 1, bytes: 5, locked: [] });
    expect(s3.commandCalls(DeleteObjectsCommand)).toEqual([]);
  });

  it('are removed a thousand a call', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => version(String(index), 'v', 1));
    s3.on(ListObjectVersionsCommand).resolves({ Versions: many.slice(0, 600), DeleteMarkers: many.slice(600) });
    s3.on(DeleteObjectsCommand).resolves({});
    expect((await store.remove(FOLDER, false)).versions).toBe(1001);
    expect(s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete?.Objects?.length)).toEqual([
      1000, 1,
    ]);
  });

  it('stay under a lock, and it is said until when', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('a', '1'), version('a', '2'), version('a', '3')] });
    const refused = (id: string) => ({ Key: `lake/${FOLDER}a`, VersionId: id, Code: 'AccessDenied' });
    s3.on(DeleteObjectsCommand).resolves({ Errors: [refused('2'), refused('3')] });
    const place = (id: string) => ({ Bucket: 'logs', Key: `lake/${FOLDER}a`, VersionId: id });
    s3.on(GetObjectRetentionCommand).rejects(denied('NoSuchObjectLockConfiguration'));
    s3.on(GetObjectRetentionCommand, place('2')).resolves({
      Retention: { RetainUntilDate: new Date('2033-01-01T00:00Z') },
    });
    s3.on(GetObjectLegalHoldCommand, place('3')).resolves({ LegalHold: { Status: 'ON' } });
    expect(await store.remove(FOLDER, false)).toEqual({
      versions: 1,
      bytes: 5,
      locked: [
        { key: `lake/${FOLDER}a`, version: '2', until: '2033-01-01T00:00:00.000Z' },
        { key: `lake/${FOLDER}a`, version: '3', until: undefined },
      ],
    });
  });

  it('that nothing locks and the role may not remove are no success', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('a', '1')] });
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [{ Key: `lake/${FOLDER}a`, VersionId: '1', Code: 'AccessDenied' }],
    });
    s3.on(GetObjectRetentionCommand).rejects(denied());
    s3.on(GetObjectLegalHoldCommand).resolves({});
    await expect(store.remove(FOLDER, false)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it.each([
    [ListObjectVersionsCommand, denied(), 'PERMISSION_DENIED'],
    [ListObjectVersionsCommand, denied('SlowDown'), 'READ_FAILED'],
    [DeleteObjectsCommand, denied('InternalError'), 'WRITE_FAILED'],
  ] as const)('a failed call is an error with its place', async (command, error, code) => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('a', '1')] });
    s3.on(command as typeof DeleteObjectsCommand).rejects(error);
    await expect(store.remove(FOLDER, false)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`s3://logs/lake/${FOLDER}`),
    });
  });

  it('that failed for another reason than a lock stop the erasure', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('a', '1')] });
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [{ Key: `lake/${FOLDER}a`, VersionId: '1', Code: 'InternalError' }],
    });
    await expect(store.remove(FOLDER, false)).rejects.toThrow(/InternalError.*\n.*run the same command again/);
  });
});
