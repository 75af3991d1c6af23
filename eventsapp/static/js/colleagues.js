// Comfort only: shows two people and a button for the next one. Without it all of them stand there, and may stay empty.
(() => {
  "use strict";
  const people = [...document.querySelectorAll("[data-person]")];
  const more = document.querySelector("[data-more]");
  const typed = (person) => [...person.querySelectorAll("input")].some((each) => each.type !== "radio" && each.type !== "checkbox" && each.value);
  const last = () => people.findLastIndex((each) => each.dataset.person || typed(each));
  let shown = Math.max(2, last() + 1);
  const show = () => {
    people.forEach((each, number) => { each.hidden = number >= shown; });
    more.hidden = shown >= people.length;
  };
  more.addEventListener("click", () => {
    shown += 1;
    show();
    people[shown - 1].querySelector("input").focus();
  });
  // Back from the next page, the browser fills in again what was typed.
  window.addEventListener("pageshow", () => { shown = Math.max(shown, last() + 1); show(); });
  show();
})();
