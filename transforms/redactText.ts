/** What is taken out of a text, by the name that stands in its place. Order matters: a token may look like a number. */
const PATTERNS: readonly (readonly [name: string, pattern: RegExp, isOne?: (text: string) => boolean])[] = [
  ['private-key', /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|$)/g],
  ['jwt', /\beyJ[\w-]{5,4096}\.eyJ[\w-]{5,8192}\.[\w-]{5,4096}/g],
  ['aws-key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['token', /\b(?:bearer|basic)\s+[\w.~+/=-]{8,8192}/gi],
  [
    'secret',
    /(?<=["']?(?:password|passwd|secret|api[_-]?key|access[_-]?token|authorization)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&}]{3,512}/gi,
  ],
  ['email', /[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi],
  ['card', /\b\d(?:[ -]?\d){12,18}\b/g, isCardNumber],
];

/**
 * A text without what people and machines must not see in passing: keys, tokens, passwords beside their name, mail
 * addresses, card numbers (those with a right check digit). Each becomes `[redacted:<what>]`. Patterns are bounded, so a
 * hostile line costs no more than its length. Not a guarantee: what has no known shape stays.
 */
export function redactText(text: string): string {
  let out = text;
  for (const [name, pattern, isOne] of PATTERNS) {
    out = out.replace(pattern, (found) => (isOne === undefined || isOne(found) ? `[redacted:${name}]` : found));
  }
  return out;
}

/** Luhn's check, which every payment card number passes (ISO/IEC 7812-1). */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
