import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { sampleData } from '../sampleData.js';

/**
 * Real bytes of Fluent Bit 5.1.1, kept outside the repository. None of them carries a namespace, so nothing proves the tenant they name.
 */
const found = sampleData('fluent-bit-records');
const samples = found ?? '';
const present = found !== undefined;

const lakes = mkdtempSync(join(tmpdir(), 'tenantscope-samples-'));
afterAll(() => rmSync(lakes, { recursive: true, force: true }));

const registry = buildRegistry({
  tenants: ['acme', 'evil'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
});

interface Ended {
  readonly records: number;
  readonly accepted: number;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly reput: number;
  readonly reputIn: number;
  readonly lines: Readonly<Record<string, number>>;
}

async function deliver(file: string, trust: 'namespace' | 'stamped'): Promise<Ended> {
  const lake = join(lakes, `${trust}-${file.replaceAll('/', '-')}`);
  const summary = await runDelivery({
    inputs: [join(samples, file)],
    lake,
    registry,
    trust,
    platformStream: 'tenantscope-platform',
    stream: 'tenantscope-local',
    clock: () => Date.parse('2026-11-24T01:00:00Z'),
    memoryMb: 256,
    threads: 1,
  });
  const { accepted, quarantined, reput, reputIn } = summary.outcomes;
  const lines: Record<string, number> = {};
  for (const [partition, count] of Object.entries(summary.lines)) {
    const tenant = /tenant_id=([^/]+)/.exec(partition)?.[1] ?? partition;
    lines[tenant] = (lines[tenant] ?? 0) + count;
  }
  return { records: summary.records, accepted, quarantined: { ...quarantined }, reput, reputIn, lines };
}

const quarantined = (records: number, reasons: Record<string, number>): Ended => ({
  records,
  accepted: 0,
  quarantined: reasons,
  reput: 0,
  reputIn: 0,
  lines: {},
});
const stampedFor = (records: number, lines: Record<string, number>): Ended => ({
  records,
  accepted: records,
  quarantined: {},
  reput: 0,
  reputIn: 0,
  lines,
});
const unproven = (records: number): Ended => quarantined(records, { identity_unproven: records });

/** What becomes of each file: under the default trust, and when the stamp alone is believed. */
const OUTCOMES: Readonly<Record<string, readonly [byDefault: Ended, stamped: Ended]>> = {
  // One aggregate of four lines is one record.
  'agg/00-0001.bin': [unproven(1), stampedFor(1, { acme: 4 })],
  ...Object.fromEntries(
    ['00-0001', '00-0002', '01-0003', '01-0004'].flatMap((name) => [
      [`plain/${name}.bin`, [unproven(1), stampedFor(1, { acme: 1 })]],
      [`timekey/${name}.bin`, [unproven(1), stampedFor(1, { acme: 1 })]],
    ]),
  ),
  ...Object.fromEntries(
    ['00-0001', '00-0002', '00-0003', '01-0004'].map((name) => [
      `raw/${name}.bin`,
      [unproven(1), stampedFor(1, { acme: 1 })],
    ]),
  ),
  // log_key leaves the bare text of the line: no envelope, no identity.
  ...Object.fromEntries(
    ['00-0001', '01-0002', '01-0003', '01-0004'].map((name) => [
      `logkey/${name}.bin`,
      [quarantined(1, { undecodable: 1 }), quarantined(1, { undecodable: 1 })],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      A_cm_upsert_input_then_parser: { acme: 5 },
      B_parser_then_cm_upsert_output: { acme: 5 },
      // The orderings in which an app did set the tenant: only the namespace check stops them.
      C_parser_then_cm_insert_output: { acme: 2, evil: 1, _unknown: 2 },
      D_parser_then_record_modifier: { acme: 5 },
      E_parser_then_modify_add: { acme: 2, evil: 1, _unknown: 2 },
      F_parser_then_modify_set: { acme: 5 },
      G_record_modifier_remove_then_record: { acme: 5 },
      H_k8s_merge_log_then_cm_upsert_output: { acme: 5 },
      I_cm_upsert_input_then_k8s_merge_log: { acme: 2, evil: 1, _unknown: 2 },
      J_k8s_merge_log_key_app_cm_output: { acme: 5 },
      K_k8s_merge_log_key_app_cm_input: { acme: 5 },
      L_k8s_no_merge_cm_output: { acme: 5 },
      M_parser_then_delete_upsert_output: { acme: 5 },
      // Failed closed: the sidecar stamped "unknown", which is no registered tenant.
      N_k8s_merge_key_app_lua_from_namespace_label: { _unknown: 6 },
      O_k8s_merge_flat_lua_from_namespace_label: { _unknown: 5, evil: 1 },
      P_k8s_use_tag_for_meta_merge_key_app_cm_output: { acme: 6 },
    }).map(([name, lines]: [string, Record<string, number>]) => {
      const records = Object.values(lines).reduce((sum, count) => sum + count, 0);
      return [`spoof/spoof-${name}.ndjson`, [unproven(records), stampedFor(records, lines)]];
    }),
  ),
};

describe.runIf(present)('recorded Fluent Bit bytes', () => {
  it('lists every uncompressed file', () => {
    const folders = ['agg', 'plain', 'timekey', 'raw', 'logkey', 'spoof'];
    const files = folders.flatMap((folder) => readdirSync(join(samples, folder)).map((name) => `${folder}/${name}`));
    expect(Object.keys(OUTCOMES).sort()).toEqual(files.sort());
  });

  it.each(Object.entries(OUTCOMES))('%s', async (file, [byDefault, stamped]) => {
    expect(await deliver(file, 'namespace')).toEqual(byDefault);
    expect(await deliver(file, 'stamped')).toEqual(stamped);
  });
});
