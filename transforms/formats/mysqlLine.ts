import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { readSeverity } from '../severity.js';

// The error log: time thread [priority] [code] [subsystem] message, the latter two since 8.0. The general log: time thread
// command argument.
const MYSQL =
  /^(\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:\d\d))\s{1,16}(\d{1,20}) (?:\[(Note|Warning|ERROR|System)\](?: \[(MY-\d{6})\] \[(\w{1,32})\])? |(Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Reset stmt|Field List|Statistics|Ping|Refresh|Shutdown|Kill|Change user)(?:\s+|$))([\s\S]*)$/;
const DENIED = /^Access denied for user '([^']{0,128})'@'([^']{1,255})'(?: \(using password: (YES|NO)\))?/;

/** A line of MySQL's error log or general query log. */
export function parseMysqlLine(text: string): ParsedText | undefined {
  const match = text.charCodeAt(10) === 84 ? MYSQL.exec(text) : null;
  if (match === null) return undefined;
  const [, time = '', thread, priority, code, subsystem, command, message = ''] = match;
  // System messages are about starting and stopping; the general log has no priorities.
  const level = priority === undefined ? undefined : readSeverity(priority === 'Note' ? 'info' : priority);
  const [, user, client, password] = DENIED.exec(message) ?? [];
  return {
    ...PLAIN,
    format: 'mysql',
    body: message,
    time: parseIsoTime(time) ?? null,
    timeText: time,
    severityNumber: priority === 'System' ? 9 : (level?.number ?? null),
    severityText: priority ?? null,
    rest: present({
      'thread.id': thread,
      'mysql.error_code': code,
      'mysql.subsystem': subsystem,
      'mysql.command': command,
      'enduser.id': user,
      'client.address': client,
      'mysql.using_password': password,
    }),
  };
}
