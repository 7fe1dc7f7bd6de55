import { ARTISTS } from './app/tables.mjs';

const HOUR_MS = 3_600_000;

/** The tenant that misbehaves, and from when on: its new client searches at every key that is pressed. */
export const MISBEHAVING = { tenant: 'acme', lastHours: 4, searchesAnHour: 5 };

/**
 * What the tenants' users ask for, in order of time: `{ time, tenant, method, path, body? }`, time in epoch milliseconds. Every
 * tenant asks for about the same; the one that misbehaves searches besides, in the last hours. The same seed gives the same.
 */
export function planLoad({ tenants, start, hours, seed }) {
  const random = randomOf(seed);
  const requests = [];
  for (let hour = 0; hour < hours; hour += 1) {
    tenants.forEach((tenant, index) => {
      const add = (method, path, body) => {
        const time = start + hour * HOUR_MS + Math.floor(random() * HOUR_MS);
        requests.push({ time, tenant, method, path, ...(body === undefined ? {} : { body }) });
      };
      const artist = () => ARTISTS[Math.floor(random() * ARTISTS.length)];
      const views = 4 + Math.floor(random() * 2);
      for (let view = 0; view < views; view += 1) add('GET', `/artists/${artist()}`);
      add('GET', '/playlists/p-1');
      for (let play = 0; play < 2; play += 1) add('POST', `/plays/s-${1 + Math.floor(random() * 4)}`);
      // Each tenant uploads a track every four hours, in turns.
      if (hour % 4 === index % 4) add('PUT', `/tracks/t-${hour}`, 'x'.repeat(20_000 + Math.floor(random() * 10_000)));
      if (tenant === MISBEHAVING.tenant && hour >= hours - MISBEHAVING.lastHours) {
        for (let search = 0; search < MISBEHAVING.searchesAnHour; search += 1) add('GET', '/search/Song');
      }
    });
  }
  return requests.toSorted((one, other) => one.time - other.time);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
