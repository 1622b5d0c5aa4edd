"use strict";
const form = document.getElementById("filter");
const cases = [...document.querySelectorAll("details")];

function show() {
  const data = new FormData(form);
  const verdicts = data.getAll("verdict");
  const words = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of cases) {
    const ended = one.dataset.verdicts.split(" ").some((verdict) => verdicts.includes(verdict));
    const text = words.length ? one.textContent.toLowerCase() : "";
    one.hidden = !ended || !words.every((word) => text.includes(word));
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("details:not([hidden])");
  }
  document.getElementById("none").hidden = cases.some((one) => !one.hidden);
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("fold").addEventListener("click", () => {
  cases.forEach((one) => { one.open = false; });
});
for (const time of document.querySelectorAll("time")) {
  time.textContent = new Date(time.dataset.seconds * 1000).toLocaleString();
}
// A link to a case opens it.
function open() {
  const one = document.getElementById(location.hash.slice(1));
  if (one instanceof HTMLDetailsElement) { one.open = true; one.scrollIntoView(); }
}
addEventListener("hashchange", open);
// The browser remembers what was ticked when the page is loaded again.
show();
open();
