/**
 * Why a whole record is quarantined (design decision 6). The received bytes are kept in the errors prefix and can be
 * replayed once the cause is mended.
 */
export const QUARANTINE_REASONS = {
  empty: 'the record has no bytes, or only white space',
  undecodable: 'the bytes are neither a JSON object nor lines of JSON objects',
  unsupported_encoding: 'the record is compressed in a way this runtime cannot read (zstd needs Node 22.15 or later)',
  unpacked_too_large: 'the record unpacks to more than 64 MiB',
  too_large: 'the record is larger than a stream accepts',
  identity_missing: 'the envelope has no tenant_id, or it is not text',
  identity_invalid: 'the tenant_id is not a valid tenant id',
  identity_reserved: 'the tenant_id is a reserved name this stream may not use',
  identity_unproven: 'the envelope has no namespace to prove the tenant by',
  identity_mismatch:
    "the namespace belongs to someone else, or to no one, while the tenant_id is a registered tenant's",
  shared_untrusted: 'a shared namespace is believed only on the platform stream',
  event_too_large: 'the event of a single line does not fit an answer',
  reput_failed: 'the record had to be split or sent again, and the stream did not take it',
  reput_loop: 'the record was sent again too many times',
  internal_error: 'the transform failed on this record; a defect in tenantscope',
} as const;

/** A reason from the closed set of quarantine reasons. */
export type QuarantineReason = keyof typeof QUARANTINE_REASONS;

/** What became of one record. `control` messages (subscriptions' health checks) carry no line. */
export type Outcome = 'accepted' | 'quarantined' | 'reput' | 'control';
