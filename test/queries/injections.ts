/**
 * What people try, and what merely looks like it: every engine must take each as the text it is. Held against DuckDB in the
 * ordinary tests, against other engines in their suites.
 */
export const INJECTIONS: readonly string[] = [
  "' or '1'='1",
  "'; drop table ledger; --",
  "'' or 1=1 --",
  "\\' or 1=1 --",
  '\\',
  '"; select 1; "',
  'a;b',
  '-- comment',
  '/* comment */',
  "*/ or '1'='1 /*",
  '’ or ‘1’=‘1',
  'ʼ; drop table ledger',
  '＇ or 1=1',
  '$$ or 1=1 $$',
  "$tag$'$tag$",
  "E'\\x27'",
  "U&'\\0027'",
  "x'27'",
  'chr(39)',
  '{{window.start}}',
  "{{p}}'",
  '$1',
  "$&'",
  '?',
  ':p',
  '100%',
  'a_b',
  '!%',
  "é'é",
  "e\u0301'",
  '😀',
  '\u202e\u2066',
];

/** Text that is refused before any engine sees it. */
export const CONTROL: readonly string[] = [
  'a\u0000b',
  "a\u0000' or 1=1",
  'a\nb',
  'a\rb',
  '\u0085',
  '\ufeff',
  '\u2028',
  '\u2029',
  '\ud800',
  'a\u001b[2J',
  'x'.repeat(201),
];
