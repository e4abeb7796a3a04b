/** npm run clock -- now | set <instant> | stop | factor <n> | advance <duration> | next | real: reads or moves the clock of
 *  a running server in development. The server is at WIRECHIEF_URL, else on this machine. Plain Node. */
import { administer, fail } from './administer.mjs';

const usage = `npm run clock -- now                       what it shows
                 set 2026-01-05T09:00:00Z  jumps there, also back
                 stop                      it stands
                 factor 60                 it runs 60 times as fast, up to 3600
                 advance PT1H              goes on by an ISO duration or by seconds, firing timers on the way
                 next                      goes on to the next timer and fires it
                 real                      it is the real one again`;

/** Command → the body of its request. */
const orders = {
  set: (value) => ({ set: value }),
  stop: () => ({ stop: true }),
  factor: (value) => ({ factor: Number(value) }),
  advance: (value) => ({ advance: /^\d+(\.\d+)?$/.test(value) ? Number(value) : value }),
  next: () => ({ next: true }),
  real: () => ({ real: true }),
};
const withValue = ['set', 'factor', 'advance'];

const [command = 'now', value, ...others] = process.argv.slice(2);
const isKnown = command === 'now' || Object.hasOwn(orders, command);
if (!isKnown || others.length > 0 || withValue.includes(command) !== (value !== undefined)) {
  fail(usage);
}
const state = await (command === 'now'
  ? administer('GET', '/admin/clock')
  : administer('POST', '/admin/clock', orders[command](value)));

const pace =
  state.factor === 0 ? 'it stands' : state.factor === 1 ? 'it runs' : `it runs ${state.factor} times as fast`;
console.log(`${state.now}  ${state.isReal ? 'the real time' : pace}`);
for (const { due, kind, key, handled } of state.fired ?? []) {
  console.log(`  ${due}  ${kind} ${key}${handled ? '' : '  FAILED, it is tried again'}`);
}
if (state.fired?.length === 0) console.log('  no timer fired');
if (state.reached === false)
  console.log('  not there yet, there was more to fire than time for: say it again');
if (state.nextTimerOn !== null) console.log(`  next timer ${state.nextTimerOn}`);
if (state.note !== undefined) console.log(`  ${state.note}`);
