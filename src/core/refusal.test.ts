import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice, command, profileOption, Refusal, reasonCodes } from './refusal.ts';
import { heldBy, storeRemedy } from './store-remedy.ts';

test('a refusal says what, why and what to do; what is left out is the usual', () => {
  const plain = new Refusal('not_found', 'There is no such job.');
  assert.deepEqual(
    { ...plain, message: plain.message },
    {
      name: 'Refusal',
      code: 'not_found',
      message: 'There is no such job.',
      remedy: null,
      kind: 'refused',
      details: {},
    },
  );
  assert.equal(Object.hasOwn(plain, 'cause'), false);
  const cause = new Error('why');
  const whole = new Refusal('usage', 'No.', {
    kind: 'usage',
    remedy: command('cronkeeper list'),
    details: { name: 'x' },
    cause,
  });
  assert.equal(whole.kind, 'usage');
  assert.deepEqual(whole.remedy, { kind: 'command', text: 'cronkeeper list' });
  assert.deepEqual(whole.details, { name: 'x' });
  assert.equal(whole.cause, cause);
});

test('advice is words, a command can be typed', () => {
  assert.deepEqual(advice('Wait.'), { kind: 'advice', text: 'Wait.' });
  assert.deepEqual(command('cronkeeper list'), { kind: 'command', text: 'cronkeeper list' });
});

test('only a profile other than the default needs an option', () => {
  assert.equal(profileOption('default'), '');
  assert.equal(profileOption('la'), ' -p la');
});

test('a reason code is lower case, once in the list, and never renamed', () => {
  assert.equal(new Set(reasonCodes).size, reasonCodes.length);
  for (const code of reasonCodes) assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  // Doors, files and other people's programs know these words: to change one is to break them.
  assert.equal(
    reasonCodes.join(' '),
    'owner_unset owner_absent owner_stalled not_authorised_owner provenance_insufficient provenance_mismatch machine_mismatch lease_held epoch_stale several_schedulers capability_missing job_paused job_removed job_changed job_done overlap_skip deadline_passed outside_catchup_window coalesced asleep clock_step concurrency_limit superseded request_expired restored not_probed machine_restarts machine_stops machine_sleeps on_battery disk_low clock_unsynchronised exit_nonzero timeout no_output_timeout cancelled_by_request replaced command_not_found command_not_executable command_is_folder cwd_missing start_failed lost lease_lost service_stopped gate_closed rate_limited quota_exhausted overloaded token_limit cost_limit tool_call_limit agent_failed agent_refused model_failed model_unknown credentials_missing http_status http_unreachable http_unanswered address_refused too_large approval_pending approval_stale authority_exceeded quota_reached secret_missing usage schedule_invalid schedule_ambiguous schedule_never_fires schedule_in_past zone_unknown name_invalid name_taken not_found ambiguous key_conflict revision_conflict file_invalid not_in_this_build deliver_unknown not_delivered not_failed already_ended not_running profile_unknown profile_not_empty crontab_unusable setting_unknown not_signed_in link_unusable scope_missing origin_refused host_unknown request_malformed request_too_large answer_unknown too_many_requests address_unusable unforeseen store_network_fs store_version_newer store_version_older store_corrupt store_unavailable store_full store_read_only home_foreign home_modes home_unusable sqlite_too_old node_too_old service_unknown service_foreign service_failed service_manager_absent service_manager_silent not_permitted user_unknown service_drifted will_run will_run_by_timer',
  );
});

const outages = [
  ['store_full', 'Free some space on the disk of the home. It goes on by itself then.'],
  [
    'store_read_only',
    'Make the file system of the home writable, and the database writable for this user. It goes on by itself then.',
  ],
  [
    'store_corrupt',
    'Stop what runs, then put a backup in its place: cronkeeper restore FILE. The broken store is kept beside it.',
  ],
  [
    'store_unavailable',
    'Perhaps another program holds the database. End that program; what waits goes on by itself then.',
  ],
] as const;
for (const [code, text] of outages) {
  test(`of ${code} a person hears what to do`, () =>
    assert.deepEqual(storeRemedy(code), { kind: 'advice', text }));
}

test('of a locked store a person hears by whom; one that is stopped is let go on', () => {
  const holder = { pid: 7, name: 'sqlite3', isStopped: false };
  assert.equal(heldBy(holder).message, 'It is locked by process 7 (sqlite3).');
  assert.equal(heldBy(holder).remedy.kind, 'advice');
  assert.deepEqual(heldBy({ ...holder, isStopped: true }), {
    message: 'It is locked by process 7 (sqlite3), which is stopped.',
    remedy: { kind: 'command', text: 'kill -CONT 7' },
  });
});

test('what is no outage of the store has no remedy there', () =>
  assert.equal(storeRemedy('owner_absent'), null));
