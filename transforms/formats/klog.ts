import { type ParsedText, PLAIN } from '../ParsedText.js';
import { timeInYear } from './timeInYear.js';

const KLOG =
  /^([IWEF])(\d{2})(\d{2}) (\d{2}:\d{2}:\d{2}\.\d{1,9})\s+(\d{1,10}) ([\w./-]{1,256}):(\d{1,7})\](?: ([\s\S]*))?$/;
const LEVELS: Readonly<Record<string, readonly [number, string]>> = {
  I: [9, 'INFO'],
  W: [13, 'WARNING'],
  E: [17, 'ERROR'],
  F: [21, 'FATAL'],
};

/** klog and glog: `I1123 18:20:26.719949   1234 file.go:42] message`. It has neither year nor zone: UTC, the latest up to `reference`. */
export function parseKlog(text: string, reference: number): ParsedText | undefined {
  const match = KLOG.exec(text);
  if (match === null) return undefined;
  const [, letter = '', month = '', day = '', clock = '', thread = '', file = '', line = '', message = ''] = match;
  const [number, name] = LEVELS[letter] ?? [0, letter];
  return {
    ...PLAIN,
    format: 'klog',
    body: message,
    time: timeInYear(Number(month), Number(day), clock, reference) ?? null,
    timeText: `${month}${day} ${clock}`,
    severityNumber: number,
    severityText: name,
    rest: { 'thread.id': thread, 'code.file.path': file, 'code.line.number': line },
  };
}
