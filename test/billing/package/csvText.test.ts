import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine, spreadsheetSafe } from '../../../billing/package/csvText.js';

it('writes any text so that it is read back, and null as nothing', () => {
  expect(csvLine(['a', null, 'b,c', 'say "hi"', 'x\r\ny', '007'])).toBe('a,,"b,c","say ""hi""","x\r\ny",007\r\n');
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 5 }), (values) => {
      const [read] = parse(csvLine(values), { record_delimiter: '\r\n' });
      expect(read).toEqual(values);
    }),
  );
});

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\\u0009=1"],
  ['-12.50', '-12.50'],
  ['Acme "A" Inc.', 'Acme "A" Inc.'],
  ['a\u202eb\nc', 'a\\u202eb\\u000ac'],
  ['\u200b=1', '\\u200b=1'],
])('makes %j safe in a spreadsheet as %j', (text, safe) => {
  expect(spreadsheetSafe(text)).toBe(safe);
});
