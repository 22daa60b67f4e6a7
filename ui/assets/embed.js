/* A bubble that opens the Q&A on any page of the intranet. No library, nothing from elsewhere:

   <script src="https://qa.example.cn/shuzheng/embed.js" defer></script>

   data-title     name of the bubble and its window (数证问答)
   data-position  right or left (right)
   data-color     colour of bubble and title bar, any CSS colour that white stands out from (#9c2a26)
   data-theme     light or dark; as the reader's system has it where absent
   data-lang      zh, zh-TW or en: of the bubble and of the page in it (zh; the page in it as the reader chose)

   The site that holds the script has to be named in the setting embed_parents. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || document.querySelector("[data-shuzheng-bubble]")) return;
  const base = new URL(".", script.src);
  const wanted = script.dataset;
  const WORDS = {
    en: { title: "Ask the documents", open: "Open: ", close: "Close", window: "Open in a new window", opening: "Opening…",
        blank: "If nothing is shown below: the server cannot be reached, or its administrator has not yet named this site in embed_parents." },
    "zh-TW": { title: "數證問答", open: "打開", close: "關閉", window: "在新視窗打開", opening: "正在打開…",
        blank: "如果下面是空白：可能連不上伺服器，或管理員還沒有把本站寫進設定 embed_parents。" },
    "zh-CN": { title: "数证问答", open: "打开", close: "关闭", window: "在新窗口打开", opening: "正在打开…",
        blank: "如果下面是空白：可能连不上服务器，或管理员还没有把本站写进设置 embed_parents。" },
  };
  const language = Object.hasOwn(WORDS, wanted.lang) ? wanted.lang : "zh-CN";
  const words = WORDS[language];
  const title = wanted.title || words.title;
  const color = wanted.color && CSS.supports("color", wanted.color) ? wanted.color : "#9c2a26";
  const side = wanted.position === "left" ? "left" : "right";
  const PATIENCE_MS = 15000;

  const style = `
    :host { all: initial; }
    * { box-sizing: border-box; font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
    [hidden] { display: none !important; }
    button, a { color: #fff; cursor: pointer; border: 0; background: none; font-size: 15px; line-height: 1; text-decoration: none; }
    :focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; }
    .bubble { position: fixed; z-index: 2147483000; bottom: 20px; ${side}: 20px; width: 56px; height: 56px; border-radius: 50%;
      background: ${color}; font-size: 24px; font-weight: 700; box-shadow: 0 4px 16px rgb(0 0 0 / 28%); }
    .panel { position: fixed; z-index: 2147483000; bottom: 88px; ${side}: 20px; width: min(420px, calc(100vw - 40px));
      height: min(660px, calc(100dvh - 108px)); display: flex; flex-direction: column; overflow: hidden;
      background: #fffefa; border: 1px solid rgb(0 0 0 / 18%); border-radius: 12px; box-shadow: 0 8px 32px rgb(0 0 0 / 28%); }
    .bar { display: flex; align-items: center; gap: 4px; padding: 4px 6px 4px 16px; background: ${color}; color: #fff; }
    .bar strong { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 15px; }
    .bar :is(a, button) { display: grid; place-items: center; width: 40px; height: 40px; border-radius: 8px; font-size: 18px; }
    .bar :is(a, button):hover { background: rgb(255 255 255 / 18%); }
    .note { margin: 0; padding: 10px 16px; font-size: 14px; line-height: 1.6; color: #22262b; background: #fbf1db; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; }
    @media (max-width: 520px) {
      .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
    }
    @media print { .bubble, .panel { display: none; } }`;

  function element(name, properties, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const query = new URLSearchParams({ embed: "1" });
  if (wanted.theme === "dark" || wanted.theme === "light") query.set("__theme", wanted.theme);
  if (wanted.lang === language) query.set("lang", language);
  const frame = element("iframe", { title, allow: `clipboard-write ${base.origin}` });
  const note = element("p", { className: "note", textContent: words.opening }, { role: "status" });
  const closer = element("button", { type: "button", textContent: "✕" }, { "aria-label": words.close });
  const outside = element("a", { href: base.href, target: "_blank", rel: "noopener", textContent: "↗" },
    { "aria-label": words.window, title: words.window });
  const bar = element("div", { className: "bar" }, {}, element("strong", { textContent: title }), outside, closer);
  const panel = element("div", { className: "panel", id: "panel", hidden: true, lang: language },
    { role: "dialog", "aria-label": title }, bar, note, frame);
  const bubble = element("button", { type: "button", className: "bubble", textContent: "证" },
    { "aria-label": words.open + title, "aria-haspopup": "dialog", "aria-controls": "panel", "aria-expanded": "false" });

  function tell(event) {
    frame.contentWindow?.postMessage({ shuzheng: event }, base.origin);
  }

  function load() {
    frame.src = `${base.href}?${query}`;
    setTimeout(() => {
      if (note.isConnected) note.textContent = words.blank;
    }, PATIENCE_MS);
  }

  function open() {
    panel.hidden = false;
    bubble.setAttribute("aria-expanded", "true");
    if (frame.src) tell("focus");
    else load();
    (note.isConnected ? closer : frame).focus();
  }

  function close() {
    panel.hidden = true;
    bubble.setAttribute("aria-expanded", "false");
    bubble.focus();
  }

  bubble.addEventListener("click", () => (panel.hidden ? open() : close()));
  closer.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== base.origin) return;
    if (event.data?.shuzheng === "close") close();
    if (event.data?.shuzheng === "ready") {
      note.remove();
      if (panel.hidden) return;
      frame.focus();
      tell("focus");
    }
  });

  function place() {
    const host = element("div", {}, { "data-shuzheng-bubble": "" });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); /* unlike a style element, allowed under a strict Content-Security-Policy */
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    root.append(bubble, panel);
    document.body.append(host);
  }
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
