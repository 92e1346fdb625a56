import assert from "node:assert/strict";
import { test } from "node:test";

import { watchReturns } from "../../farward/web/static/js/returns.js";

function makeEnv() {
  let now = 0;
  let tick = null;
  const target = () => Object.assign(new EventTarget(), {});
  const env = Object.assign(target(), {
    performance: { now: () => now },
    navigator: { connection: target() },
    document: Object.assign(target(), { hidden: false }),
    setInterval: (fn) => ((tick = fn), 1),
    clearInterval: () => (tick = null),
  });
  return { env, pass: (ms) => ((now += ms), tick?.()) };
}

test("Online, another network, a page seen again and a wake from sleep are told", () => {
  const { env, pass } = makeEnv();
  const told = [];
  watchReturns((why) => told.push(why), env);
  env.dispatchEvent(new Event("online"));
  env.navigator.connection.dispatchEvent(new Event("change"));
  env.document.hidden = true;
  env.document.dispatchEvent(new Event("visibilitychange"));
  env.document.hidden = false;
  env.document.dispatchEvent(new Event("visibilitychange"));
  pass(1000);
  pass(90_000);
  pass(1000);
  assert.deepEqual(told, ["online", "network", "seen", "wake"]);
});

test("After its end nothing is told, and a browser without any of it is no error", () => {
  const { env, pass } = makeEnv();
  const told = [];
  watchReturns((why) => told.push(why), env)();
  env.dispatchEvent(new Event("online"));
  pass(90_000);
  assert.deepEqual(told, []);
  watchReturns(() => {}, { performance, setInterval: () => 1, clearInterval() {} })();
});
