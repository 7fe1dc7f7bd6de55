/**
 * Trino's grammar as generated parser classes: the entry of a bundle of its own (`scripts/build.mjs`), of which only the
 * types are imported here. Unbundled, the package cannot be loaded by Node: it imports without file endings.
 */

export {
  CharStreams,
  CommonTokenStream,
  type ParserRuleContext,
  type ParseTree,
  PredictionMode,
  Token,
} from 'antlr4ng';
export { TrinoSqlLexer } from 'dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js';
export * from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
