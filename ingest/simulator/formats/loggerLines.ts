import type { PrintedFormat, PrintedLine } from '../PrintedLine.js';
import type { Prng } from '../Prng.js';
import { songTitle } from '../textLine.js';
import { APP_CONTAINER, type FormatContext, type FormatPrinter } from './FormatContext.js';

const LEVELS = ['debug', 'info', 'info', 'info', 'info', 'warn', 'error'] as const;
const PINO_LEVELS: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

/** pino: epoch milliseconds, a numeric level, the error as an object. */
export const pinoLine: FormatPrinter = (prng, at) => {
  const level = prng.pick(LEVELS);
  const error = {
    type: 'TypeError',
    message: 'no such song',
    stack: 'TypeError: no such song\n    at play (/app/play.js:7:3)',
  };
  return appLine('json', at.time, {
    level: PINO_LEVELS[level],
    time: at.time,
    pid: 1,
    hostname: at.pod,
    name: APP_CONTAINER,
    ...(level === 'error' ? { err: error } : {}),
    msg: message(prng),
  });
};

/** zap's production encoder: epoch seconds with a fraction. */
export const zapLine: FormatPrinter = (prng, { time }) =>
  appLine('json', time, {
    level: prng.pick(LEVELS),
    ts: time / 1000,
    caller: `catalog/server.go:${1 + prng.int(400)}`,
    msg: message(prng),
    song_id: prng.int(100_000),
  });

/** logrus' JSON formatter: RFC 3339 in whole seconds. */
export const logrusLine: FormatPrinter = (prng, { time }) =>
  appLine('json', Math.floor(time / 1000) * 1000, {
    component: 'catalog',
    level: prng.pick(['info', 'info', 'warning', 'error']),
    msg: message(prng),
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
  });

/** CloudWatch's embedded metric format: a metric of the application's own, which bills nobody. */
export const emfLine: FormatPrinter = (prng, { time }) =>
  appLine('emf', time, {
    _aws: {
      Timestamp: time,
      CloudWatchMetrics: [
        { Namespace: 'Music', Dimensions: [['route']], Metrics: [{ Name: 'latency', Unit: 'Milliseconds' }] },
      ],
    },
    route: '/v1/plays',
    latency: 1 + prng.int(400),
    request: prng.hex(16),
  });

/** logfmt, as Go programs print it; some leave the time to whoever collects the line. */
export const logfmtLine: FormatPrinter = (prng, { time }) => {
  const stamped = prng.chance(0.8);
  const stamp = stamped ? `${prng.pick(['time', 'ts'])}=${new Date(time).toISOString()} ` : '';
  const log =
    `${stamp}level=${prng.pick(LEVELS)} msg=${JSON.stringify(message(prng))} ` +
    `song=${prng.int(100_000)} took=${prng.int(90)}ms cached=${prng.chance(0.5)}`;
  return { container: APP_CONTAINER, log, format: 'logfmt', statedTime: stamped ? time : null, usage: [] };
};

function message(prng: Prng): string {
  return prng.pick(['song played', 'song not cached', `playing "${songTitle(prng)}"`, 'playlist saved']);
}

function appLine(
  format: PrintedFormat,
  statedTime: FormatContext['time'],
  fields: Readonly<Record<string, unknown>>,
): PrintedLine {
  return { container: APP_CONTAINER, log: JSON.stringify(fields), format, statedTime, usage: [] };
}
