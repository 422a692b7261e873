// Whoever came to see and hear what was released has the whole screen for it.
const whole = document.getElementById("whole");
if (document.fullscreenEnabled) {
  whole.hidden = false;
  whole.addEventListener("click", () => document.documentElement.requestFullscreen());
}
