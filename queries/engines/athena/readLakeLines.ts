import { LAKE } from '../../../model/index.js';
import { ErasedTenants } from '../../lake/ErasedTenants.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import { openLedgerLog } from '../../ledger/openLedgerLog.js';
import { cutOf } from '../../maintenance/compaction/compactionLog.js';
import { s3Store } from '../../store/s3Store.js';
import type { AthenaSession } from './AthenaSession.js';
import type { AthenaTables } from './athenaTables.js';
import { CompactedLines } from './CompactedLines.js';
import { lakeRoot } from './lakeRoot.js';
import { listObjects } from './listObjects.js';
import { lookAt } from './lookAt.js';
import { patientS3 } from './patientS3.js';

/** What of a lake's log decides where its lines are read from, and whose are not shown. */
export interface LakeLines {
  /** Undefined of a lake none of whose objects were compacted. */
  readonly compacted: CompactedLines | undefined;
  readonly erased: ErasedTenants;
}

/**
 * Looks whether objects of the lake were compacted, and whether a tenant was erased, which two listings tell; only then is the
 * ledger's log read, which says what took the place of what, and who. Throws as a call to Athena does, LAKE_DAMAGED.
 */
export async function readLakeLines(session: AthenaSession, tables: AthenaTables): Promise<LakeLines> {
  return lookAt(session, 'looking where the lines are', async () => {
    const { bucket, prefix } = await lakeRoot(session, tables);
    const root = `s3://${bucket}/${prefix}`;
    const [listed = [], records = []] = await Promise.all(
      [LAKE.compacted, LAKE.erasures].map((folder) => listObjects(session, { bucket, key: `${prefix}${folder}/` }, {})),
    );
    if (listed.length + records.length === 0) return { compacted: undefined, erased: new ErasedTenants([]) };
    const log = await openLedgerLog(s3Store({ client: patientS3(session), bucket, prefix })).read();
    const erased = new ErasedTenants(log);
    if (listed.length === 0) return { compacted: undefined, erased };
    const files = listed.map(({ path }) => path.slice(root.length));
    const index = new ObjectIndex(log, new Set(files));
    const compacted = new CompactedLines({ root, cut: cutOf(log), index, files: [...index.booked.keys(), ...files] });
    return { compacted, erased };
  });
}
