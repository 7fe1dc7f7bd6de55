import type { Finding } from './Finding.js';
import { type Grammar, loadGrammar } from './loadGrammar.js';
import type { ParserRuleContext, QueryContext, Token } from './trinoGrammar.js';

/** A text read by Trino's grammar: one query, or the place where it is none. */
export type ParsedTrino =
  | { readonly query: QueryContext; readonly placeOf: PlaceOf }
  | { readonly query: undefined; readonly finding: Finding };

/** The offset in the text of the first character of a part of the tree. */
export type PlaceOf = (part: ParserRuleContext | Token) => number;

/** More alternatives than this say nothing to a reader. */
const SHOWN_ALTERNATIVES = 4;

/** Ends the parser at its first error: those after it are the parser finding its feet. */
class SyntaxStop extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

/** Reads one SELECT statement as Trino would. */
export function parseTrino(text: string): ParsedTrino {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxStop) return { query: undefined, finding: error.finding };
    throw error;
  }
}

function parse(text: string): ParsedTrino {
  const grammar = loadGrammar();
  const offsetOf = offsets(text);
  const listener = {
    syntaxError: (recognizer: unknown, token: unknown, _line: number, _column: number, message: string): void => {
      throw new SyntaxStop(syntaxFinding(grammar, recognizer, token as Token | null, message, offsetOf));
    },
    reportAmbiguity: () => undefined,
    reportAttemptingFullContext: () => undefined,
    reportContextSensitivity: () => undefined,
  };
  const lexer = new grammar.TrinoSqlLexer(grammar.CharStreams.fromString(text));
  const parser = new grammar.TrinoSqlParser(new grammar.CommonTokenStream(lexer));
  // Looks no further ahead than it must: three times as fast, and no statement of the catalogue is read otherwise.
  parser.interpreter.predictionMode = grammar.PredictionMode.SLL;
  for (const recognizer of [lexer, parser]) {
    recognizer.removeErrorListeners();
    recognizer.addErrorListener(listener);
  }
  const tree = parser.program();
  const placeOf: PlaceOf = (part) => offsetOf('start' in part && typeof part.start === 'object' ? part.start : part);
  const [statement, another] = tree.statements();
  const only = statement?.singleStatement().statement();
  if (another !== undefined) return notOne(placeOf(another));
  if (!(only instanceof grammar.StatementDefaultContext))
    return notOne(statement === undefined ? 0 : placeOf(statement));
  const root = only.rootQuery();
  if (root.withFunction() !== null) return notOne(placeOf(root));
  return { query: root.query(), placeOf };
}

const notOne = (at: number): ParsedTrino => ({
  query: undefined,
  finding: { at, message: 'is not one SELECT statement: a report is one statement that begins with select or with' },
});

function syntaxFinding(
  grammar: Grammar,
  recognizer: unknown,
  token: Token | null,
  message: string,
  offsetOf: (part: unknown) => number,
): Finding {
  if (token === null) return { message: `is not Trino SQL: ${message}`, at: 0 };
  const at = offsetOf(token);
  if (token.type === grammar.Token.EOF) return { at, message: 'is not Trino SQL: the statement ends too early' };
  const expected = recognizer instanceof grammar.TrinoSqlParser ? alternatives(recognizer) : undefined;
  const instead = expected === undefined ? '' : `; expected ${expected}`;
  return { at, message: `is not Trino SQL from ${JSON.stringify(token.text)} on${instead}` };
}

function alternatives(parser: InstanceType<Grammar['TrinoSqlParser']>): string | undefined {
  const types = parser.getExpectedTokens().toArray();
  if (types.length === 0 || types.length > SHOWN_ALTERNATIVES) return undefined;
  return types.map((type) => parser.vocabulary.getDisplayName(type)).join(', ');
}

/** Tokens count characters as people do, texts count a letter outside the first plane twice. */
function offsets(text: string): (part: unknown) => number {
  const start = (part: unknown): number =>
    typeof part === 'object' && part !== null && 'start' in part && typeof part.start === 'number'
      ? Math.max(0, part.start)
      : 0;
  if (!/[\ud800-\udfff]/.test(text)) return (part) => Math.min(start(part), text.length);
  const characters = [...text];
  return (part) => characters.slice(0, start(part)).join('').length;
}
