/* The contrast ratio (WCAG 2) of each kind of text in an element, by tag and class. */
(within) => {
  const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const channels = (text) => text.match(/[\d.]+/g).map(Number);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const hasText = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shown = [...document.querySelectorAll(`${within} *`)].filter((e) => e.checkVisibility() && hasText(e));
  return Object.fromEntries(shown.map((e) => {
    const style = getComputedStyle(e);
    const colour = e instanceof SVGElement ? style.fill : style.color;
    const pair = [channels(colour), behind(e)].map(luminance).sort((x, y) => y - x);
    const kind = `${e.closest("main > section, nav, header, footer")?.id || ""} ${e.tagName} ${e.getAttribute("class") || ""}`;
    return [kind, (pair[0] + 0.05) / (pair[1] + 0.05)];
  }));
}
