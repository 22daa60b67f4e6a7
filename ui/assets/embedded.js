/* `?embed=1`: the compact page inside a frame. It tells its frame when it is ready and when Escape is pressed. */
(() => {
  "use strict";
  if (new URLSearchParams(location.search).get("embed") !== "1") return;
  document.documentElement.classList.add("embedded");
  if (window.parent === window) return;
  const tell = (event) => window.parent.postMessage({ shuzheng: event }, "*"); /* carries nothing of the conversation */

  const box = () => document.querySelector("#question textarea");
  const waiting = new MutationObserver(() => {
    if (!box()) return;
    waiting.disconnect();
    tell("ready");
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) tell("close");
  });
  addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.shuzheng === "focus") box()?.focus();
  });
  /* A link leaves the small frame alone. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]:not([href^='#'])");
    if (link) { link.target = "_blank"; link.rel = "noopener"; }
  }, true);
})();
