import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMachine, planFor, worldOf } from '../../test/operations/service-machine.ts';
import { planService, type ServicePlan } from '../core/service-plan.ts';
import { installService } from './service-install.ts';
import { readHome, refuseHindered } from './service-world.ts';

/** A machine whose manager lets only root change it. */
function hindered(plan: ServicePlan) {
  const world = worldOf(makeMachine(), plan);
  const hindrance = async () => ({ kind: 'rights', message: 'Only root may.' }) as const;
  return { ...world, manager: { ...world.manager, hindrance } };
}

const dashboard = planService({
  ...{ manager: 'systemd-system', role: 'dashboard', profile: 'la', isTimer: false, user: 'bob' },
  ...{ userFolder: '/home/bob', home: '/srv/jobs', node: '/usr/bin/node', bundle: '/opt/x.js' },
  ...{ path: '/bin', schedules: true, port: 8080 },
});

test('what root is told to type installs just what was asked for', async () => {
  await assert.rejects(refuseHindered(hindered(dashboard), 'install'), {
    remedy: {
      kind: 'command',
      text: 'sudo /opt/cronkeeper/bin/cronkeeper service install dashboard --system -p la --home /srv/jobs --run-as bob --schedule --port 8080',
    },
  });
  const timer = hindered(planFor({ isTimer: true }));
  const wish = {
    appoints: true,
    reason: 'by night',
    hash: (text: string) => text,
    programChangedAt: null,
  };
  await assert.rejects(installService(timer, await readHome(timer.home), wish), {
    remedy: {
      kind: 'command',
      text: "sudo /opt/cronkeeper/bin/cronkeeper service install runner --system -p default --run-as ana --timer --appoint --reason 'by night'",
    },
  });
});

test('what is there says itself whose it is when root is told to change it', async () => {
  await assert.rejects(refuseHindered(hindered(planFor({ isTimer: true })), 'stop'), {
    remedy: {
      kind: 'command',
      text: 'sudo /opt/cronkeeper/bin/cronkeeper service stop runner --system -p default',
    },
  });
});
