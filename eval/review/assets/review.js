// Check and keep what is typed, pasted or composed: Gradio's own input event hears keys only.
(() => {
  const PAUSE_MS = 250;
  let timer = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#desk textarea") || event.target.closest("#reason")) return;
    clearTimeout(timer);
    timer = setTimeout(() => document.querySelector("#check")?.click(), PAUSE_MS);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#accept, #reject, #back, #skip")) clearTimeout(timer);
  }, true);
})();
