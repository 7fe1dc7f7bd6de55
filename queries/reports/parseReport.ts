import { parse } from 'yaml';
import { AppError, messageOf } from '../../model/index.js';
import { type Report, reportHeaderSchema } from './Report.js';

/** Reads a report file: YAML between two `-- ---` lines, then one statement. Throws CONFIG_INVALID naming the file. */
export function parseReport(text: string, file: string): Report {
  const source = text.replaceAll('\r\n', '\n');
  const match = /^-- ---\n((?:--.*\n)+?)-- ---\n([\s\S]+)$/.exec(source);
  if (match === null)
    throw new AppError('CONFIG_INVALID', 'not a report', {
      where: file,
      expected: 'a header between two lines "-- ---"',
      got: source.slice(0, 40),
    });
  const header = reportHeaderSchema.safeParse(parseYaml((match[1] ?? '').replace(/^-- ?/gm, ''), file));
  if (!header.success) {
    const issue = header.error.issues[0];
    throw new AppError('CONFIG_INVALID', 'the header of a report is wrong', {
      where: file,
      got: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '),
    });
  }
  return { ...header.data, sql: (match[2] ?? '').trim(), source };
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AppError('CONFIG_INVALID', 'the header of a report is not YAML', {
      where: file,
      got: messageOf(error).split('\n')[0] ?? '',
      cause: error,
    });
  }
}
