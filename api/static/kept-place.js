// @ts-check
// Keeps the place in the address (#t=12.3) through the question for a purpose. Loaded before the page is drawn, so
// that nobody is quicker than it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement && form.id === "purpose") form.action = form.action.split("#")[0] + location.hash;
});
