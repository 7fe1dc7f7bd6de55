export { backtest, replay } from './backtest/backtest.js';
export { formatBacktest } from './backtest/formatBacktest.js';
export { ledgerPanels } from './backtest/ledgerPanels.js';
export { BACKTEST_FILES, type BacktestRow, parseBacktestCsv } from './backtest/parseBacktestCsv.js';
export { LONGEST_BURN_MS } from './budgets/budgetBurn.js';
export { burnRates } from './budgets/burnRates.js';
export { detectBudgets } from './budgets/detectBudgets.js';
export { judgeBudgets } from './budgets/judgeBudgets.js';
export type { Channel, SendOutcome } from './channels/Channel.js';
export { awsReaders, cloudSecrets } from './channels/cloudSecrets.js';
export { sendHeartbeats } from './channels/heartbeat.js';
export { openChannels } from './channels/openChannels.js';
export { readSecret, type SecretSources } from './channels/readSecret.js';
export { sendGauges } from './channels/sendGauges.js';
export { DeliveryStore } from './deliveries/DeliveryStore.js';
export { type DeliverParts, deliver, deliverAcknowledgement, enqueueNotifications } from './deliveries/deliver.js';
export { type DeliveryReport, deliverDue } from './deliveries/deliverDue.js';
export { forgetDeliveries } from './deliveries/forgetDeliveries.js';
export { forgetOldDeliveries } from './deliveries/forgetOldDeliveries.js';
export { DELIVERY_STATES } from './deliveries/IncidentDeliveries.js';
export { type DeliveryRow, listDeliveries, readDelivery } from './deliveries/listDeliveries.js';
export { openDeliveries, openDeliveryStore, openPictureStore } from './deliveries/openDeliveries.js';
export { resend } from './deliveries/resend.js';
export { type DetectInput, type DetectTenant, detect } from './detection/detect.js';
export { detectInTurns } from './detection/detectInTurns.js';
export { priceUsage } from './detection/priceUsage.js';
export { formatFindings } from './formatFindings.js';
export { formatIncident, formatIncidents, formatPrecision } from './formatIncidents.js';
export { alertsHandler } from './handler.js';
export type { AlertsJob } from './job/AlertsJob.js';
export { attributeFindings } from './job/attributeFindings.js';
export { doubtfulHours } from './job/doubtfulHours.js';
export { factsOf, HISTORY_MS } from './job/judgeHours.js';
export { ledgerSource } from './job/ledgerSource.js';
export type { AlertsSummary } from './job/runAlerts.js';
export type { Gauges } from './messages/metricData.js';
export { testMessages } from './messages/testMessages.js';
export { keepPictures } from './pictures/keepPictures.js';
export type { KeptPicture } from './pictures/PictureStore.js';
export type { NotificationPlan } from './policy/planNotifications.js';
export type { SignalRow } from './signals/fileSignals.js';
export { readSignals } from './signals/readSignals.js';
export {
  acknowledge,
  acknowledgeShare,
  addSilence,
  expireSilence,
  giveFeedback,
  resolveByHand,
} from './state/changes.js';
export { findIncident } from './state/findIncident.js';
export { forgetTenant } from './state/forgetTenant.js';
export { type PolicyState, VERDICTS } from './state/PolicyState.js';
export { openPolicyStore, type PolicyStore } from './state/policyStore.js';
export { precisionOf } from './state/precisionOf.js';
export { rebuildState } from './state/rebuildState.js';
