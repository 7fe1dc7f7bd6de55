import { type ParsedText, PLAIN } from '../ParsedText.js';
import { goUnquoted } from './goQuoted.js';
import { readPairs } from './readPairs.js';
import { asWord } from './takeThrown.js';
import { timeInYear } from './timeInYear.js';

// glog for C++ prints a year before the month; Go prints `???` for a file it does not know.
const KLOG =
  /^([IWEF])(\d{4})?(\d{2})(\d{2}) (\d{2}:\d{2}:\d{2}\.\d{1,9})\s+(\d{1,10}) ([^\s:\]]{1,256}):(\d{1,7})\](?: ([\s\S]*))?$/;
/** A structured line: the message quoted, then pairs. */
const STRUCTURED = /^("(?:[^"\\]|\\.)*")(?: |$)/;
const LEVELS: Readonly<Record<string, readonly [number, string]>> = {
  I: [9, 'INFO'],
  W: [13, 'WARNING'],
  E: [17, 'ERROR'],
  F: [21, 'FATAL'],
};

/** klog and glog: `I1123 18:20:26.719949   1234 file.go:42] message`. It has no zone: UTC; without a year the latest up to `reference`. */
export function parseKlog(text: string, reference: number): ParsedText | undefined {
  if (!/^[IWEF]\d/.test(text)) return undefined;
  const match = KLOG.exec(text);
  if (match === null) return undefined;
  const [, letter = '', year, month = '', day = '', clock = '', thread = '', file = '', line = '', message = ''] =
    match;
  const [number, name] = LEVELS[letter] ?? [0, letter];
  const { body, rest } = structured(message);
  return {
    ...PLAIN,
    format: 'klog',
    body,
    time:
      timeInYear(Number(month), Number(day), clock, reference, year === undefined ? undefined : Number(year)) ?? null,
    timeText: `${year ?? ''}${month}${day} ${clock}`,
    severityNumber: number,
    severityText: name,
    rest: { ...rest, 'thread.id': thread, 'code.file.path': file, 'code.line.number': line },
  };
}

/** `"Pod updated" pod="kube-system/dns" err="gone"`, as Kubernetes' components print; any other message stays whole. */
function structured(message: string): { readonly body: string; readonly rest: Readonly<Record<string, string>> } {
  const quoted = message.startsWith('"') ? STRUCTURED.exec(message) : null;
  const pairs = quoted === null ? undefined : readPairs(message, quoted[0].length);
  if (quoted === null || pairs === undefined) return { body: message, rest: {} };
  const { err, ...others } = pairs;
  const error = asWord(err);
  return {
    body: goUnquoted(quoted[1] ?? ''),
    rest: error === null ? pairs : { ...others, 'exception.message': error },
  };
}
