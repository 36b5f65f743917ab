// Run in the page: what sticks out of the window, and which pieces of text cover each other.
() => {
  const clip = (rect, node) => {
    for (let box = node.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible" && box !== document.documentElement) {
        const limit = box.getBoundingClientRect();
        rect = { left: Math.max(rect.left, limit.left), right: Math.min(rect.right, limit.right), top: rect.top, bottom: rect.bottom };
      }
    }
    return rect;
  };
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".skip, title, desc, style")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const rect = clip(box, node);
      if (rect.right - rect.left > 1 && box.height > 1) words.push({ text: node.data.trim().slice(0, 40), svg: parent.closest("svg"), node, rect });
    }
  }
  words.sort((one, other) => one.rect.top - other.rect.top);
  const covered = [];
  words.forEach((one, index) => {
    for (let next = index + 1; next < words.length && words[next].rect.top < one.rect.bottom - 2; next += 1) {
      const other = words[next];
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - other.rect.top;
      if (other.node !== one.node && across > 2 && down > (one.svg ? 2 : 6)) covered.push([one.text, other.text]);
    }
  });
  const outside = words.filter((word) => {
    const frame = word.svg ? word.svg.getBoundingClientRect() : { left: 0, right: window.innerWidth };
    return word.rect.left < frame.left - 1 || word.rect.right > frame.right + 1;
  }).map((word) => word.text);
  return { words: words.length, covered, outside, width: document.documentElement.scrollWidth, window: window.innerWidth };
}
