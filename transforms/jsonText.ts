/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const AS_IT_IS = /^[ !#-[\]-~]*$/;
/** Beyond this length the check costs more than the native writer's copy. */
const SHORT = 64;

/** A text as JSON; half a surrogate pair becomes U+FFFD. */
export function quote(text: string): string {
  if (text.length <= SHORT && AS_IT_IS.test(text)) return `"${text}"`;
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}

/** A key, as it is written with its comma and colon, and its value. */
export function columnText(key: string, text: string): string {
  if (text.length <= SHORT && AS_IT_IS.test(text)) return `${key}"${text}"`;
  return key + JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}

/** The same text in one piece: for what is kept and put into many others. */
export function flat(text: string): string {
  return Buffer.from(text).toString();
}
