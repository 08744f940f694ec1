// Show the page anew when something happened, but never under the hands of somebody who is writing.
const pulse = document.querySelector("[data-pulse]");

function isWriting() {
  const fields = document.querySelectorAll("textarea, input[type=text]");
  return [...fields].some((field) => field.value !== "" || field === document.activeElement);
}

async function look() {
  try {
    const answer = await fetch(pulse.dataset.pulse);
    const changed = answer.ok && (await answer.text()) !== pulse.dataset.fingerprint;
    if (changed && !isWriting()) location.reload();
  } catch {
    // The stand-in has gone; the page stays as it is.
  }
}

if (pulse) setInterval(look, 2000);

for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.submit());
}
