/** What to do about a refusal or a warning: a command that can be typed as it is, or advice in words. */
export type Remedy = { readonly kind: 'command' | 'advice'; readonly text: string };

export const command = (text: string): Remedy => ({ kind: 'command', text });
export const advice = (text: string): Remedy => ({ kind: 'advice', text });

/** The option that a command to type needs for this profile; with its leading space. */
export const profileOption = (profile: string): string =>
  profile === 'default' ? '' : ` -p ${profile}`;

/** Every code that a refusal, a decision or a warning may carry. One list for every door; a code never changes its meaning. */
export const reasonCodes = [
  // Who may run jobs.
  'owner_unset',
  'owner_absent',
  'owner_stalled',
  'not_authorised_owner',
  'provenance_insufficient',
  'provenance_mismatch',
  'machine_mismatch',
  'lease_held',
  'epoch_stale',
  'several_schedulers',
  'capability_missing',
  // Why an occurrence did not run, or not now.
  'job_paused',
  'job_removed',
  'job_changed',
  'job_done',
  'overlap_skip',
  'deadline_passed',
  'outside_catchup_window',
  'coalesced',
  'asleep',
  'clock_step',
  'concurrency_limit',
  'superseded',
  'request_expired',
  'restored',
  'not_probed',
  // What the machine will do.
  'machine_restarts',
  'machine_stops',
  'machine_sleeps',
  'on_battery',
  'disk_low',
  'clock_unsynchronised',
  // How an attempt ended.
  'exit_nonzero',
  'timeout',
  'no_output_timeout',
  'cancelled_by_request',
  'replaced',
  'command_not_found',
  'command_not_executable',
  'command_is_folder',
  'cwd_missing',
  'start_failed',
  'lost',
  'lease_lost',
  'service_stopped',
  // How work that we do ourselves ended.
  'gate_closed',
  'rate_limited',
  'quota_exhausted',
  'overloaded',
  'token_limit',
  'cost_limit',
  'tool_call_limit',
  'agent_failed',
  'agent_refused',
  'model_failed',
  'model_unknown',
  'credentials_missing',
  'http_status',
  'http_unreachable',
  'http_unanswered',
  'address_refused',
  'too_large',
  // What a job may do, by who made it.
  'approval_pending',
  'approval_stale',
  'authority_exceeded',
  'quota_reached',
  'secret_missing',
  // What was asked wrongly.
  'usage',
  'schedule_invalid',
  'schedule_ambiguous',
  'schedule_never_fires',
  'schedule_in_past',
  'zone_unknown',
  'name_invalid',
  'name_taken',
  'not_found',
  'ambiguous',
  'key_conflict',
  'revision_conflict',
  'file_invalid',
  'not_in_this_build',
  'deliver_unknown',
  'not_delivered',
  'not_failed',
  'already_ended',
  'not_running',
  'profile_unknown',
  'profile_not_empty',
  'crontab_unusable',
  'setting_unknown',
  // Who asks, and how they came in.
  'not_signed_in',
  'link_unusable',
  'scope_missing',
  'origin_refused',
  'host_unknown',
  'request_malformed',
  'request_too_large',
  'answer_unknown',
  'too_many_requests',
  'address_unusable',
  'unforeseen',
  // The store and the home.
  'store_network_fs',
  'store_version_newer',
  'store_version_older',
  'store_corrupt',
  'store_unavailable',
  'store_full',
  'store_read_only',
  'home_foreign',
  'home_modes',
  'home_unusable',
  'sqlite_too_old',
  'node_too_old',
  // Services of a service manager.
  'service_unknown',
  'service_foreign',
  'service_failed',
  'service_manager_absent',
  'service_manager_silent',
  'not_permitted',
  'user_unknown',
  'service_drifted',
  // Good news, so that readiness always has a code.
  'will_run',
  'will_run_by_timer',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

/** How a door ends: the exit code of the command line, and what other doors derive from it. */
export type RefusalKind = 'usage' | 'refused' | 'nothing-will-run' | 'failed';

/** An answer "no": what was refused, why, and what to do now. Doors print it; nobody else catches it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ReasonCode;
  readonly remedy: Remedy | null;
  readonly kind: RefusalKind;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ReasonCode,
    message: string,
    options: {
      readonly remedy?: Remedy | null;
      readonly kind?: RefusalKind;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy ?? null;
    this.kind = options.kind ?? 'refused';
    this.details = options.details ?? {};
  }
}
