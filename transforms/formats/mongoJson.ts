import { isObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';

type Fields = Readonly<Record<string, unknown>>;

/** MongoDB's letters; debug has five levels, of which the first says most. */
const LEVELS: Readonly<Record<string, number>> = { F: 21, E: 17, W: 13, I: 9, D: 5, D1: 5, D2: 5, D3: 1, D4: 1, D5: 1 };

/** True for MongoDB's structured log (4.4 and later), told by its time, component and one-letter severity. */
export function isMongoJson({ t, s, c }: Fields): boolean {
  return isObject(t) && typeof t.$date === 'string' && typeof s === 'string' && typeof c === 'string';
}

/** MongoDB's structured log; `attr` stays as it is, and who connected is told as access lines tell it. */
export function parseMongoJson(app: Fields): ParsedText {
  const { t, s, c, id, ctx, msg, ...others } = app;
  const time = isObject(t) && typeof t.$date === 'string' ? t.$date : '';
  const { remote } = isObject(app.attr) ? app.attr : {};
  const client = typeof remote === 'string' ? addressOf(remote) : undefined;
  return {
    ...PLAIN,
    format: 'mongodb',
    body: typeof msg === 'string' ? msg : null,
    time: parseIsoTime(time) ?? null,
    timeText: time,
    severityNumber: typeof s === 'string' ? (LEVELS[s] ?? null) : null,
    severityText: typeof s === 'string' ? s : null,
    rest: {
      ...others,
      'mongodb.component': c,
      'mongodb.id': id,
      'mongodb.context': ctx,
      ...(client === undefined ? {} : { 'client.address': client }),
    },
    app,
  };
}

/** `127.0.0.1:4071` or `[::1]:1053` without the port. */
function addressOf(remote: string): string | undefined {
  const [, ipv6, other] = /^(?:\[([0-9a-fA-F:.%]{2,64})\]|([^:[\]]{1,255})):\d{1,5}$/.exec(remote) ?? [];
  return ipv6 ?? other;
}
