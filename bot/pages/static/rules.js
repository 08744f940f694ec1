// Filters the catalogue while somebody types; without it the form asks the server.

const field = document.querySelector("#q");
const rules = [...document.querySelectorAll("[data-words]")];

function filter() {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const rule of rules) rule.hidden = !wanted.every((word) => rule.dataset.words.includes(word));
  for (const family of document.querySelectorAll(".family")) {
    const count = family.querySelectorAll("[data-words]:not([hidden])").length;
    family.hidden = !count;
    family.querySelector("small").textContent = count;
  }
  document.querySelector("#found").textContent = `Found: ${rules.filter((rule) => !rule.hidden).length}.`;
}

// What the server has filtered lacks rules that the next word may want.
const whole = !new URLSearchParams(location.search).get("q");
field.addEventListener("input", () => {
  if (whole) filter();
});
if (whole) filter();
