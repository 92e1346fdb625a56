import assert from "node:assert/strict";
import { test } from "node:test";

import { buildObservations, readObservation } from "../../farward/web/static/js/room/observations.js";
import { connectionGrade, judge } from "../../farward/web/static/js/verdict.js";

const AT = "2026-11-24T10:00:00.000Z";

test("Blood pressure becomes one observation with two components in mmHg", () => {
  const { observations } = buildObservations({ systolic: "128", diastolic: "84" }, AT);
  assert.equal(observations.length, 1);
  const [pressure] = observations;
  assert.equal(pressure.code.coding[0].code, "85354-9");
  assert.deepEqual(pressure.component.map(({ code, valueQuantity }) => [code.coding[0].code, valueQuantity.value, valueQuantity.code]), [
    ["8480-6", 128, "mm[Hg]"],
    ["8462-4", 84, "mm[Hg]"],
  ]);
  assert.equal(readObservation(pressure).words, "128/84 mmHg");
});

test("Each other value is an observation of its own, with LOINC and UCUM codes and its moment", () => {
  const { observations } = buildObservations({ pulse: "72", temperature: "37,4" }, AT);
  assert.deepEqual(
    observations.map(({ code, valueQuantity, effectiveDateTime, status }) => [code.coding[0].code, valueQuantity.value, valueQuantity.code, effectiveDateTime, status]),
    [
      ["8867-4", 72, "/min", AT, "final"],
      ["8310-5", 37.4, "Cel", AT, "final"],
    ],
  );
});

test("Half a blood pressure and values that no living person has are named, and nothing is made", () => {
  assert.deepEqual(buildObservations({ systolic: "128" }, AT), { observations: [], wrong: ["diastolic"] });
  assert.deepEqual(buildObservations({ pulse: "720" }, AT).wrong, ["pulse"]);
  assert.deepEqual(buildObservations({ systolic: "80", diastolic: "120" }, AT).wrong, ["diastolic"]);
  assert.deepEqual(buildObservations({ temperature: "warm" }, AT).wrong, ["temperature"]);
});

test("The connection is graded by delay, speed and what failed", () => {
  assert.equal(connectionGrade({ rtt: 60, kbps: 2000, failed: 0 }), "good");
  assert.equal(connectionGrade({ rtt: 700, kbps: 2000, failed: 0 }), "weak");
  assert.equal(connectionGrade({ rtt: 60, kbps: 200, failed: 0 }), "weak");
  assert.equal(connectionGrade({ rtt: 60, kbps: 30, failed: 0 }), "poor");
  assert.equal(connectionGrade({ rtt: 60, kbps: null, failed: 1 }), "poor");
});

test("The lobby's verdict names the one thing that matters most", () => {
  const fine = { cam: "on", mic: "on", heard: true, speaker: null, connection: "good" };
  assert.equal(judge(fine).verdict, "ready");
  assert.equal(judge({ ...fine, cam: "denied" }).verdict, "no_cam");
  assert.equal(judge({ ...fine, mic: "missing" }).verdict, "no_mic");
  assert.equal(judge({ ...fine, cam: "denied", mic: "denied" }).verdict, "nothing");
  assert.equal(judge({ ...fine, connection: "none" }).verdict, "no_connection");
  assert.equal(judge({ ...fine, connection: "poor" }).verdict, "poor");
  assert.equal(judge({ ...fine, speaker: "no" }).verdict, "no_sound");
  assert.equal(judge({ ...fine, cam: "unasked", mic: "unasked" }).verdict, "ask");
});
