/* The documents page: sending files with their progress, replacing, removing; each outcome is one line. */
(() => {
  "use strict";
  const refresh = () => document.querySelector("#library-refresh")?.click();
  const address = (path) => `api/documents/${path.split("/").map(encodeURIComponent).join("/")}`;
  const words = () => document.querySelector(".upload").dataset; /* what the page says, in the visitor's language */
  const sentence = (request) => {
    try { return JSON.parse(request.responseText).detail || words().refused; }
    catch { return request.status ? words().refused : words().away; }
  };

  function send(method, url, body, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded / (event.total || 1));
      if (body) request.setRequestHeader("Content-Type", "application/octet-stream");
      request.onloadend = () => resolve(request);
      request.send(body);
    });
  }

  function line(section, name) {
    const item = document.createElement("li");
    const title = document.createElement("span");
    const said = document.createElement("span");
    title.className = "path";
    title.textContent = name;
    said.className = "said";
    item.append(title, said);
    section.querySelector(".uploads").append(item);
    return { item, say: (text, state = "") => { said.textContent = text; item.className = state; } };
  }

  function problem(section, file) {
    const kinds = section.dataset.kinds.split(",");
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
      return words().kind;
    }
    if (file.size > Number(section.dataset.limit)) return words().large;
    return file.size ? "" : words().empty;
  }

  async function upload(section, file, shown, replace) {
    const sending = (share) => shown.say(words().sending.replace("{share}", `${Math.round(share * 100)}%`), "running");
    sending(0);
    const url = address(file.name) + (replace ? "?replace=true" : "");
    const request = await send("PUT", url, file, sending);
    if (request.status === 201) {
      shown.say(words().sent, "done");
      return true;
    }
    shown.say(sentence(request), "failed");
    if (request.status === 409) offerReplacing(section, file, shown);
    return false;
  }

  function offerReplacing(section, file, shown) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words().replace;
    button.addEventListener("click", async () => {
      button.remove();
      if (await upload(section, file, shown, true)) refresh();
    });
    shown.item.append(button);
  }

  async function uploadAll(section, files) {
    section.querySelector(".uploads").replaceChildren();
    let any = false;
    for (const file of files) {
      const shown = line(section, file.name);
      const wrong = problem(section, file);
      if (wrong) shown.say(wrong, "failed");
      else any = (await upload(section, file, shown, false)) || any;
    }
    if (any) refresh();
  }

  /* Two clicks remove: the first one asks. */
  async function remove(button) {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.textContent = words().sure;
      setTimeout(() => { button.classList.remove("sure"); button.textContent = words().remove; }, 4000);
      return;
    }
    button.disabled = true;
    const request = await send("DELETE", address(button.dataset.remove));
    if (request.status === 200) {
      button.textContent = words().removed;
    } else {
      button.disabled = false;
      button.textContent = words().remove;
      button.insertAdjacentElement("afterend", Object.assign(document.createElement("span"), {
        className: "said", role: "alert", textContent: sentence(request),
      }));
    }
    refresh();
  }

  document.addEventListener("change", (event) => {
    const section = event.target.closest?.(".upload");
    if (!section || event.target.type !== "file") return;
    uploadAll(section, [...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-remove], [data-update]");
    if (!button) return;
    if (button.dataset.remove !== undefined) { remove(button); return; }
    await send("PUT", "api/index");
    refresh();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const section = event.target.closest?.(".upload");
      if (!section) return;
      event.preventDefault();
      section.classList.toggle("over", kind === "dragover");
      if (kind === "drop") uploadAll(section, [...event.dataTransfer.files]);
    });
  }
})();
