import { styleText } from 'node:util';
import type { Paint } from '../queries/index.js';
import type { CliContext } from './CliContext.js';

/**
 * How stdout is painted: in colour on a terminal, or with FORCE_COLOR; never with --no-color, NO_COLOR, TENANTSCOPE_NO_COLOR
 * or TERM=dumb (https://no-color.org: a variable that is empty says nothing).
 */
export function paintFor({ env, stdout }: CliContext, flags: { readonly color?: boolean }): Paint {
  const never = flags.color === false || Boolean(env.NO_COLOR || env.TENANTSCOPE_NO_COLOR) || env.TERM === 'dumb';
  const always = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  if (never || !(always || stdout.isTTY === true)) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
