import { StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { AppError } from '../../../model/index.js';
import type { AthenaSession } from './AthenaSession.js';
import { clientRequestToken } from './clientRequestToken.js';
import { Stopped } from './Guard.js';
import { refusedCall } from './refusedCall.js';
import { sendPatiently } from './sendPatiently.js';

const LONGEST_STATEMENT_BYTES = 262_144;

/**
 * Starts a statement and answers its query id. A start is not cut off by Ctrl-C: a query whose id never arrived could
 * not be stopped any more.
 */
export async function startStatement(session: AthenaSession, sql: string, attemptKey: string): Promise<string> {
  const { settings } = session;
  const bytes = Buffer.byteLength(sql);
  if (bytes > LONGEST_STATEMENT_BYTES) {
    throw new AppError('PARAMETER_INVALID', 'the statement is too long for Athena', {
      expected: `at most ${LONGEST_STATEMENT_BYTES} bytes`,
      got: `${bytes}`,
      hint: 'give fewer tenants at once',
    });
  }
  const command = new StartQueryExecutionCommand({
    QueryString: sql,
    ClientRequestToken: clientRequestToken(sql, settings, attemptKey),
    WorkGroup: settings.workgroup,
    QueryExecutionContext: {
      Database: settings.database,
      ...(settings.catalog === undefined ? {} : { Catalog: settings.catalog }),
    },
    ...(settings.outputLocation === undefined
      ? {}
      : { ResultConfiguration: { OutputLocation: settings.outputLocation } }),
    ResultReuseConfiguration: {
      ResultReuseByAgeConfiguration:
        settings.reuseMinutes > 0 ? { Enabled: true, MaxAgeInMinutes: settings.reuseMinutes } : { Enabled: false },
    },
  });
  const { QueryExecutionId: id } = await sendPatiently(session, () => session.athena.send(command)).catch(
    (error: unknown) => {
      throw error instanceof Stopped ? error : refusedCall(error, { call: 'StartQueryExecution', settings });
    },
  );
  if (id !== undefined && id !== '') return id;
  throw new AppError('ENGINE_UNAVAILABLE', 'Athena started a query without an id', { where: 'StartQueryExecution' });
}
