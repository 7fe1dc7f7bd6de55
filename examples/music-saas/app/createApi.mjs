import { createServer } from 'node:http';
import { GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { meter } from '@tenantscope/metering';
import { BUCKET, PLAYLISTS, PLAYS, SONGS } from './tables.mjs';

/**
 * The API of one tenant's namespace: songs of an artist, a playlist, plays, search, uploads. All tenants share the tables
 * and the bucket. Metering is the two calls of `meter`; the rest is an application as any other.
 *
 * `log` takes lines of the pod's log, `enqueue` a job for the media worker, `clock` tells epoch milliseconds.
 */
export function createApi({ tenant, dynamo, s3, log, enqueue, clock }) {
  // On a cluster neither sink nor clock is given: lines go to standard output.
  const songs = meter(dynamo, { tenant, sink: log, clock });
  const objects = meter(s3, { tenant, sink: log, clock });
  const at = () => new Date(clock()).toISOString();

  const routes = {
    'GET /artists': async ([artist]) => {
      const key = { ':artist': { S: `${tenant}#${artist}` } };
      const found = await songs.send(
        new QueryCommand({
          TableName: SONGS,
          KeyConditionExpression: 'artist = :artist',
          ExpressionAttributeValues: key,
        }),
      );
      return { songs: found.Count };
    },
    'GET /playlists': async ([id]) => {
      const found = await songs.send(
        new GetItemCommand({ TableName: PLAYLISTS, Key: { id: { S: `${tenant}#${id}` } } }),
      );
      return { playlist: found.Item?.name?.S ?? null };
    },
    'POST /plays': async ([song]) => {
      const Item = { day: { S: `${tenant}#${at().slice(0, 10)}` }, time: { S: `${at()}#${song}` }, song: { S: song } };
      await songs.send(new PutItemCommand({ TableName: PLAYS, Item }));
      return { played: song };
    },
    // The expensive one: there is no index for it, so it reads the catalogue of every tenant and throws most of it away.
    'GET /search': async ([word]) => {
      const found = await songs.send(
        new ScanCommand({
          TableName: SONGS,
          FilterExpression: 'begins_with(artist, :own) and contains(title, :word)',
          ExpressionAttributeValues: { ':own': { S: `${tenant}#` }, ':word': { S: word } },
        }),
      );
      return { songs: found.Count };
    },
    'PUT /tracks': async ([song], body) => {
      const Key = `${tenant}/tracks/${song}`;
      await objects.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: body }));
      enqueue({ tenant, song, key: Key });
      return { stored: body.length };
    },
  };

  return createServer(async (request, response) => {
    const [, resource, ...rest] = (request.url ?? '').split('/').map(decodeURIComponent);
    const path = `/${resource}`;
    let status = 200;
    let answer = '';
    try {
      const parts = [];
      for await (const part of request) parts.push(part);
      const route = routes[`${request.method} ${path}`];
      if (route === undefined) status = 404;
      else answer = JSON.stringify(await route(rest, Buffer.concat(parts)));
    } catch (error) {
      status = 500;
      log(JSON.stringify({ time: at(), level: 'error', message: String(error) }));
    }
    const line = { time: at(), level: 'info', message: 'request', method: request.method, path, status };
    log(JSON.stringify(line));
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  });
}
