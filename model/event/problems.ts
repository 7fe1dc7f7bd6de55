/**
 * What can be wrong with one line of an accepted record. The line is kept, as text where it cannot be more, and the code
 * stands in its `problems` column; only the doubtful usage entry is left out (design decision 6).
 */
export const PROBLEMS = {
  envelope_unknown_key: 'the envelope had a key outside the closed set; it was ignored',
  envelope_invalid_value: 'a key of the envelope had a value of the wrong type; it was ignored',
  envelope_no_text: 'the envelope carried neither log nor app',
  line_not_json: 'a line inside an aggregate was not a JSON object; it is kept as text',
  line_truncated: 'a text of the line was longer than the limit and was cut',
  line_invalid_utf8: 'the text held bytes that are not UTF-8; they were replaced by U+FFFD',
  time_missing: 'neither the line nor its envelope had a usable time; the arrival time is used',
  time_out_of_bounds: "the application's time is too far from the envelope's; the envelope's is used",
  attributes_truncated: 'more, deeper or longer attributes than the limits allow; the rest was left out',
  source_unreadable: 'an imported line is not what its source writes; it is kept as text',
  usage_unknown_meter: 'a metering line names a meter that does not exist; its usage entry is left out',
  usage_invalid_quantity:
    'a quantity was negative, not a number, too precise or too large; its usage entry is left out',
  usage_truncated: 'the line names more usage than the limits allow; the rest was left out',
  usage_unknown_operation: 'capacity was printed without a known operation; its usage entry is left out',
  usage_unknown_consumer: 'a shared service named a consumer that is not registered; the usage belongs to _unknown',
  usage_no_consumer:
    'a shared service named no consumer, or no rule knows the resource of an imported line; the usage belongs to _unknown',
} as const;

/** A code from the closed set of line problems. */
export type Problem = keyof typeof PROBLEMS;
