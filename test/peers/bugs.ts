/** The bugs that peers really had, by their public numbers, in our own words. Each has a test of this name. */
export const bugs = {
  'Hermes #59229': 'a one-shot fires twice because two schedulers are alive',
  'Hermes #102944': 'two schedulers on one home claim everything twice and end each other’s runs',
  'Hermes #51329':
    'two ticks 0.6 s apart both start a run, because the guard comes after the store',
  'Hermes PR #3396': 'a crash loop within the grace repeats one message dozens of times',
  'Hermes #37179, #60703': 'the loop is dead while status says running, and a restart forgets',
  'Hermes #9086': 'one long run starves the other jobs, and nobody is told',
  'Hermes #71959': 'a session that knows an old list brings a deleted job back',
  'Hermes #16612': 'run now answers success although nothing is there to run it',
  'Hermes PR #21452': 'a store that root made cannot be read by its user, or by everybody',
  'OpenClaw #42640': 'what had run is taken for missed after a restart, and runs again',
  'OpenClaw #4018, #33092, #104412': 'a restart at the fire time skips it without a trace',
  'OpenClaw #42039, #73644': 'everything overdue starts at once after a restart',
  'k8s #42649 / PR #81557': 'after 101 missed starts a job never runs again',
  'k8s #121594': 'a job at a fixed time runs twice when the clocks go back',
  'k8s PR #121327, #120738': 'a wait that became negative turns the loop hot',
  'Airflow #20695, #70614': 'one error of a locked store ends the scheduler',
  'Jepsen Chronos': 'a partition ends, and the scheduler never recovers',
} as const;

export type PeerNumber = keyof typeof bugs;
