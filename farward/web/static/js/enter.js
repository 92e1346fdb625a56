/** Coming in without a lobby to look around in: the room is told that its window was meant. */

const form = document.getElementById("enter");

form.addEventListener("submit", () => {
  try {
    sessionStorage.setItem(`farward.here.${form.dataset.seat}`, "yes");
  } catch {
    // Without session storage the room asks nothing either.
  }
});
