import type { Prng } from '../Prng.js';
import { APP_CONTAINER, type FormatPrinter } from './FormatContext.js';

const TRACES: readonly [(prng: Prng) => string[], ...((prng: Prng) => string[])[]] = [
  (prng) => [
    `Exception in thread "main" java.lang.IllegalStateException: no song ${prng.int(100_000)}`,
    `\tat example.music.Catalog.find(Catalog.java:${1 + prng.int(400)})`,
    '\tat example.music.Player.play(Player.java:42)',
    `Caused by: java.net.SocketTimeoutException: Read timed out`,
    `\t... ${1 + prng.int(30)} more`,
  ],
  (prng) => [
    'Traceback (most recent call last):',
    `  File "/app/catalog.py", line ${1 + prng.int(400)}, in find`,
    '    return songs[key]',
    '           ~~~~~^^^^^',
    `KeyError: ${prng.int(100_000)}`,
  ],
  (prng) => [
    `panic: runtime error: index out of range [${prng.int(90)}] with length 0`,
    '',
    `goroutine ${1 + prng.int(900)} [running]:`,
    'main.find(...)',
    `\t/app/catalog.go:${1 + prng.int(400)} +0x${prng.hex(3)}`,
  ],
  (prng) => [
    "TypeError: Cannot read properties of undefined (reading 'title')",
    `    at find (/app/catalog.js:${1 + prng.int(400)}:17)`,
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ],
  (prng) => [
    'Unhandled exception. System.InvalidOperationException: the playlist is empty',
    `   at Music.Playlist.First() in /src/Playlist.cs:line ${1 + prng.int(400)}`,
    '   at Program.<Main>$(String[] args)',
  ],
];

/**
 * A stack trace as one entry, its lines joined as a multiline filter joins them: with their newlines, the last one kept
 * or not.
 */
export const stackTraceLine: FormatPrinter = (prng) => {
  const log = `${prng.pick(TRACES)(prng).join('\n')}${prng.chance(0.5) ? '\n' : ''}`;
  return { container: APP_CONTAINER, log, format: 'stack_trace', statedTime: null, usage: [] };
};
