/* The contrast ratio (WCAG 2) of each kind of text on the page, by selector. */
() => {
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
  const selectors = [
    ".answer", ".answer strong", ".figure .check", ".figure .about", ".qualifier", ".meta", ".refusal", ".source h4",
    ".source dt", ".source mark", ".source blockquote", ".locator", ".number", "a.ref", ".status", "#clear",
    ".conflict h3", ".conflict .from", ".masthead p", "#ask",
  ];
  const shown = selectors.map((selector) => [selector, document.querySelector(selector)]).filter(([, element]) => element);
  return Object.fromEntries(shown.map(([selector, element]) => {
    const pair = [channels(getComputedStyle(element).color), behind(element)].map(luminance).sort((x, y) => y - x);
    return [selector, (pair[0] + 0.05) / (pair[1] + 0.05)];
  }));
}
