/* What a stack holds is told at the foot of the map: on hovering, and on a first tap; a second tap opens the bay. */
document.addEventListener("DOMContentLoaded", () => {
  const yard = document.getElementById("yard"), told = document.getElementById("told");
  if (!yard || !told) return;
  let at = null, finger = false;
  const tell = (stack) => {
    if (at) at.classList.remove("at");
    at = stack;
    at.classList.add("at");
    if (at.title) { at.dataset.t = at.title; at.removeAttribute("title"); at.setAttribute("aria-label", at.dataset.t); }
    told.querySelector("pre").textContent = at.dataset.t;
    told.querySelector("a").href = at.href;
    told.classList.toggle("touch", finger);
    told.hidden = false;
  };
  const stackOf = (event) => event.target.closest(".lb-block > a");
  yard.addEventListener("pointerdown", (event) => { finger = event.pointerType !== "mouse"; });
  yard.addEventListener("pointerover", (event) => {
    const stack = stackOf(event);
    if (stack && event.pointerType === "mouse") { finger = false; tell(stack); }
  });
  yard.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") told.hidden = true; });
  yard.addEventListener("click", (event) => {
    const stack = stackOf(event);
    if (stack && finger && stack !== at) { event.preventDefault(); tell(stack); }
  });
});
