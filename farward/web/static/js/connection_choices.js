/** What somebody chose for this device: the highest rung, megabytes a visit, whose picture comes first. Kept on it. */

const PLACE = "farward.connection";
const NONE = { pin: null, budgetMb: null, priority: null };

export function readChoices() {
  try {
    return { ...NONE, ...JSON.parse(localStorage.getItem(PLACE)) };
  } catch {
    return NONE;
  }
}

export function keepChoices(changes) {
  const choices = { ...readChoices(), ...changes };
  try {
    localStorage.setItem(PLACE, JSON.stringify(choices));
  } catch {
    // Storage is blocked: the choice holds for this page only.
  }
  return choices;
}
