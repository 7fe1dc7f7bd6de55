/** Characters that end a line or steer a terminal, and those that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** A text as one line: a name from outside must not begin a header, a line or a direction of its own. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim();
}

/** A text for the body of an HTML page. */
export function htmlText(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
