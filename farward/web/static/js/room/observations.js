/**
 * From what was typed to FHIR R4 Observations and back. Codes: the FHIR vital-signs profiles, LOINC 2.7x, UCUM.
 *
 * `least` and `most` are what a living person can have, not what is healthy: they catch slips of the finger.
 */

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";

export const VITALS = {
  pressure: { code: "85354-9", display: "Blood pressure panel" },
  pulse: { code: "8867-4", display: "Heart rate", unit: "beats/min", ucum: "/min", least: 20, most: 300 },
  oxygen: { code: "59408-5", display: "Oxygen saturation by pulse oximetry", unit: "%", ucum: "%", least: 40, most: 100 },
  temperature: { code: "8310-5", display: "Body temperature", unit: "°C", ucum: "Cel", least: 25, most: 45 },
  breathing: { code: "9279-1", display: "Respiratory rate", unit: "breaths/min", ucum: "/min", least: 4, most: 100 },
  weight: { code: "29463-7", display: "Body weight", unit: "kg", ucum: "kg", least: 0.3, most: 400 },
  height: { code: "8302-2", display: "Body height", unit: "cm", ucum: "cm", least: 20, most: 260 },
  pain: { code: "72514-3", display: "Pain severity, 0 to 10", unit: "of 10", ucum: "{score}", least: 0, most: 10 },
};
const PRESSURES = {
  systolic: { code: "8480-6", display: "Systolic blood pressure", unit: "mmHg", ucum: "mm[Hg]", least: 40, most: 300 },
  diastolic: { code: "8462-4", display: "Diastolic blood pressure", unit: "mmHg", ucum: "mm[Hg]", least: 20, most: 200 },
};

const concept = ({ code, display }) => ({ coding: [{ system: LOINC, code, display }] });
const quantity = ({ unit, ucum }, value) => ({ value, unit, system: UCUM, code: ucum });
const plausible = (vital, value) => Number.isFinite(value) && value >= vital.least && value <= vital.most;

/** The observations of a filled form, and the names of the values that cannot be right. */
export function buildObservations(values, effectiveDateTime) {
  const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(String(value).replace(",", "."))]));
  const known = { ...VITALS, ...PRESSURES };
  const wrong = Object.keys(numbers).filter((name) => !known[name] || !plausible(known[name], numbers[name]));
  const { systolic, diastolic, ...single } = numbers;
  const halved = (systolic === undefined) !== (diastolic === undefined);
  if (halved) wrong.push(systolic === undefined ? "systolic" : "diastolic");
  if (systolic <= diastolic) wrong.push("diastolic");
  if (wrong.length > 0) return { observations: [], wrong: [...new Set(wrong)] };
  const made = Object.entries(single).map(([name, value]) => ({
    status: "final",
    code: concept(VITALS[name]),
    effectiveDateTime,
    valueQuantity: quantity(VITALS[name], value),
  }));
  if (systolic !== undefined) {
    const component = Object.entries({ systolic, diastolic }).map(([name, value]) => ({
      code: concept(PRESSURES[name]),
      valueQuantity: quantity(PRESSURES[name], value),
    }));
    made.unshift({ status: "final", code: concept(VITALS.pressure), effectiveDateTime, component });
  }
  return { observations: made, wrong: [] };
}

/** What an observation says, for people: the vital's name here (or its display text) and its value with the unit. */
export function readObservation(observation) {
  const [coding] = observation.code.coding;
  const name = Object.keys(VITALS).find((each) => VITALS[each].code === coding.code) ?? (coding.display || coding.code);
  const parts = observation.component?.map(({ valueQuantity }) => valueQuantity) ?? [observation.valueQuantity];
  return { name, words: `${parts.map(({ value }) => value).join("/")} ${parts[0].unit}` };
}
