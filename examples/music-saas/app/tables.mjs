import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';

/** Tables and bucket, shared by all tenants: the tenant is the beginning of every key. */
export const SONGS = 'songs';
export const PLAYLISTS = 'playlists';
export const PLAYS = 'plays';
export const BUCKET = 'music';

/** Artists of a tenant, and the songs each has. A song's item is about 1 KB. */
export const ARTISTS = ['a-1', 'a-2'];
const SONGS_EACH = 4;
const NOTES = 'n'.repeat(950);

const TABLES = [
  { name: SONGS, keys: ['artist', 'song'] },
  { name: PLAYLISTS, keys: ['id'] },
  { name: PLAYS, keys: ['day', 'time'] },
];

/** Creates the tables and puts a small catalogue of every tenant into them. Not metered: nobody's usage. */
export async function createTables(dynamo, tenants) {
  for (const { name, keys } of TABLES) {
    await dynamo.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys.map((key, place) => ({ AttributeName: key, KeyType: place === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      }),
    );
  }
  for (const tenant of tenants) {
    const items = ARTISTS.flatMap((artist) =>
      Array.from({ length: SONGS_EACH }, (_, song) => ({
        artist: { S: `${tenant}#${artist}` },
        song: { S: `s-${song + 1}` },
        title: { S: `Song ${song + 1}` },
        notes: { S: NOTES },
      })),
    );
    await dynamo.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [SONGS]: items.map((Item) => ({ PutRequest: { Item } })),
          [PLAYLISTS]: [{ PutRequest: { Item: { id: { S: `${tenant}#p-1` }, name: { S: 'Favourites' } } } }],
        },
      }),
    );
  }
}
