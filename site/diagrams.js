// Draws the diagrams of a page, if it has any, in the colours that the reader chose.
(() => {
  const blocks = document.querySelectorAll("code.language-mermaid");
  if (blocks.length === 0) return;
  const script = document.createElement("script");
  script.src = `${path_to_root}mermaid.tiny.js`;
  script.onload = () => {
    const dark = ["coal", "navy", "ayu"].some((theme) => document.documentElement.classList.contains(theme));
    for (const block of blocks) {
      const diagram = document.createElement("pre");
      diagram.className = "mermaid";
      diagram.textContent = block.textContent;
      block.closest("pre").replaceWith(diagram);
    }
    mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "default", fontFamily: getComputedStyle(document.body).fontFamily });
    mermaid.run();
  };
  document.head.append(script);
})();
