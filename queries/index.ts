export { type CanaryArrival, readCanary } from './canary/readCanary.js';
export { describeCompleteness } from './completeness/describeCompleteness.js';
export { type Reach, readReach } from './completeness/readReach.js';
export {
  completenessByHour,
  doubtfulDays,
  doubtfulHours,
  type HourCompleteness,
} from './completeness/readTenantHours.js';
export { reasonsOf } from './completeness/reasonsOf.js';
export type { AthenaStatistics } from './engines/athena/AthenaStatistics.js';
export { athenaTables } from './engines/athena/athenaTables.js';
export { athenaTemplate } from './engines/athena/athenaTemplate.js';
export { loadAthena, loadAthenaLedger } from './engines/athena/loadAthena.js';
export type { AthenaEngine, AthenaParts } from './engines/athena/openAthena.js';
export type { AthenaLakeOptions } from './engines/athena/openAthenaLake.js';
export type { AthenaLedger } from './engines/athena/openAthenaLedger.js';
export type { BackgroundStatus } from './engines/BackgroundQueries.js';
export { checkLake } from './engines/checkLake.js';
export type { Engine } from './engines/Engine.js';
export { openDuckDb } from './engines/openDuckDb.js';
export { type MemoryDuckDb, openMemory } from './engines/openMemory.js';
export { openParquet } from './engines/openParquet.js';
export { sqlInstant } from './engines/sqlInstant.js';
export { sqlText } from './engines/sqlText.js';
export { openTrino } from './engines/trino/openTrino.js';
export { parseTrinoUrl } from './engines/trino/parseTrinoUrl.js';
export { hashFile } from './lake/hashFile.js';
export { journalObjects } from './lake/journalObjects.js';
export { loadEventQueue } from './lake/objectEvents/loadEventQueue.js';
export { notedUnbooked } from './lake/objectEvents/notedUnbooked.js';
export { ToldObjects, type ToldSummary } from './lake/objectEvents/ToldObjects.js';
export { readJournal } from './lake/readJournal.js';
export { selectEvents } from './lake/selectEvents.js';
export { buildLedger } from './ledger/buildLedger.js';
export { KnownLog } from './ledger/checkpoint/KnownLog.js';
export { deliveryTotals } from './ledger/deliveryTotals.js';
export {
  type BucketLedger,
  type LedgerToBuild,
  type LedgerToRead,
  openBucketLedger,
  trinoBucketLedger,
} from './ledger/iceberg/bucketLedger.js';
export {
  buildIcebergLedger,
  type IcebergBuildOptions,
  type IcebergBuildSummary,
} from './ledger/iceberg/buildIcebergLedger.js';
export { maintenanceStatements } from './ledger/iceberg/maintenance.js';
export { mergedOnIceberg } from './ledger/iceberg/mergedOnIceberg.js';
export { rebuildIcebergLedger } from './ledger/iceberg/rebuildIcebergLedger.js';
export { openTrinoLedger, type TrinoLedgerOptions, trinoLedger } from './ledger/iceberg/trinoLedger.js';
export { type IcebergVerifyOptions, verifyIcebergLedger } from './ledger/iceberg/verifyIcebergLedger.js';
export { readLog } from './ledger/ledgerLog.js';
export { openLedgerLog } from './ledger/openLedgerLog.js';
export { type PlannedBuild, planBuild } from './ledger/planBuild.js';
export { readSealedDates } from './ledger/readSealedDates.js';
export { type LedgerRebuildSummary, rebuildLedger } from './ledger/rebuildLedger.js';
export {
  decimalsOf,
  type ServiceHour,
  serviceByHour,
  type TopUse,
  topUses,
} from './ledger/serviceUsage.js';
export { streamUsageByDay } from './ledger/streamUsageByDay.js';
export { type HourlyUsage, usageByHour, usageTotals } from './ledger/usage.js';
export { usageByDay } from './ledger/usageByDay.js';
export { type LedgerVerification, verifyLedger } from './ledger/verifyLedger.js';
export { tenantWatermarks, watermark } from './ledger/watermark.js';
export { meterByHour, usedMeters, weighedByHour } from './ledger/weighedUsage.js';
export { type CompactionSummary, compactFiles } from './maintenance/compaction/compactFiles.js';
export { compactLake } from './maintenance/compaction/compactLake.js';
export { TARGET_BYTES } from './maintenance/compaction/planCompaction.js';
export { type CompactionVerification, verifyCompactions } from './maintenance/compaction/verifyCompactions.js';
export { compactDates, retainDates } from './maintenance/dates/maintainDates.js';
export { bucketExports, type ExportFolder, localExports } from './maintenance/erasure/ExportFolder.js';
export { erasedOn } from './maintenance/erasure/erasedOn.js';
export { type ErasureSummary, eraseTenant } from './maintenance/erasure/eraseTenant.js';
export { listErasures } from './maintenance/erasure/listErasures.js';
export { s3Versions } from './maintenance/erasure/s3Versions.js';
export { keyId } from './maintenance/erasure/signRecord.js';
export { TenantNames } from './maintenance/erasure/TenantNames.js';
export type { LakeFiles } from './maintenance/LakeFiles.js';
export { type RetentionSummary, retainFiles } from './maintenance/retention/retainFiles.js';
export { retainLake } from './maintenance/retention/retainLake.js';
export { s3Files } from './maintenance/s3Files.js';
export { checkFooters, type FooterCheck } from './maintenance/status/checkFooters.js';
export { type LakeStatus, lakeStatus } from './maintenance/status/lakeStatus.js';
export { formatReconcile } from './reconcile/formatReconcile.js';
export { type ReconcileResult, reconcile } from './reconcile/reconcile.js';
export { fetchReport, requireBackground, startReport } from './reports/backgroundReport.js';
export { findReport, loadCatalogue } from './reports/catalogue.js';
export { consoleQuery } from './reports/consoleQuery.js';
export { estimateReport } from './reports/estimate/estimateReport.js';
export type { ScanEstimate } from './reports/estimate/estimateScan.js';
export { exceededLimit, type ScanLimits } from './reports/estimate/exceededLimit.js';
export { amountText } from './reports/exactAmounts.js';
export { formatFinding } from './reports/formatFinding.js';
export {
  FORMATS,
  formatReport,
  isRowFormat,
  isTextFormat,
  type ReportFormat,
  TEXT_FORMATS,
} from './reports/formatReport.js';
export type { Paint } from './reports/formats/formatTable.js';
export { jsonParameters } from './reports/formats/jsonEnvelope.js';
export { reportNotes } from './reports/formats/reportNotes.js';
export { rowsHead, rowsText } from './reports/formats/rowFormats.js';
export { writeParquet } from './reports/formats/writeParquet.js';
export { lintFiles } from './reports/lintFiles.js';
export { type LintFinding, lintReport } from './reports/lintReport.js';
export type { ParameterValues } from './reports/parameters.js';
export { parseParameters } from './reports/parameters.js';
export { type PreparedReport, prepareReport } from './reports/prepareReport.js';
export type { Report } from './reports/Report.js';
export type { ReportFrame, ReportResult } from './reports/ReportResult.js';
export { reportTemplate, TEMPLATE_TABLES, templateTable } from './reports/reportTemplate.js';
export { resolveWindow } from './reports/resolveWindow.js';
export { isForOneTenant, requireOneTenant, restrictToTenant } from './reports/restrictToTenant.js';
export { runReport, streamReport } from './reports/runReport.js';
export type { Deliverer } from './schedules/Delivery.js';
export { mailDeliverer } from './schedules/deliverByMail.js';
export { folderDeliverer } from './schedules/deliverToFolder.js';
export { s3Deliverer } from './schedules/deliverToS3.js';
export { lastStatus } from './schedules/lastStatus.js';
export type { OccurrenceStatus, ScheduleParts } from './schedules/runOccurrence.js';
export { type DueOccurrence, lastTimeOf, planDue, runDue, runNow, runSchedules } from './schedules/runSchedules.js';
export { nextScheduledTime, windowOfSchedule } from './schedules/scheduledTimes.js';
export { type ImportedMetricValue, importedMetrics } from './signals/importedMetrics.js';
export { BucketFiles, type BucketOptions } from './store/BucketFiles.js';
export { type DryStore, dryStore } from './store/dryStore.js';
export { holdLease } from './store/holdLease.js';
export { loadDynamoStore } from './store/loadDynamoStore.js';
export { localStore } from './store/localStore.js';
export type { Cell, ObjectStore } from './store/ObjectStore.js';
export { s3Store } from './store/s3Store.js';
