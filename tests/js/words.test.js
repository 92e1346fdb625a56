import assert from "node:assert/strict";
import test from "node:test";
import { clock, moment } from "../../farward/web/static/js/room/words.js";

/** A page whose site lies in this zone. */
function at(zone) {
  globalThis.document = { querySelector: () => (zone ? { dataset: { zone } } : null) };
}

const hours = (text) => Number(text.match(/(\d+):30/)[1]) % 12;

test("times are told in the zone of the site, wherever the device is", () => {
  const when = "2026-03-01T09:30:00Z";
  at("Africa/Nairobi");
  assert.equal(hours(clock(when)), 0);
  assert.match(moment("2026-03-01T22:30:00Z"), /Monday/);
  at("America/Lima");
  assert.equal(hours(clock(when)), 4);
  assert.match(moment("2026-03-01T22:30:00Z"), /Sunday/);
});

test("where the browser does not know the zone, its own time is told rather than none", () => {
  at("Mars/Olympus");
  assert.match(clock("2026-03-01T09:30:00Z"), /:30/);
});
