// What the Tab key must reach (a closed fold keeps what is in it to itself), and where it is.
(() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0']";

  function isReachable(one) {
    if (one.disabled || one.type === "hidden" || one.tabIndex < 0) return false;
    return !one.closest("[inert]") && one.checkVisibility({ visibilityProperty: true });
  }

  // Of a group of radio buttons Tab reaches one.
  function groupOf(one) {
    return one.type === "radio" ? `${one.form?.action} ${one.name}` : one;
  }

  const groups = [...new Set([...document.querySelectorAll(wanted)].filter(isReachable).map(groupOf))];
  const members = [...document.querySelectorAll(wanted)].filter(isReachable);

  function nameOf(one) {
    const words = (one.textContent || one.name || "").trim().slice(0, 40);
    return `${one.tagName.toLowerCase()} ${words}`;
  }

  function isMarked(one) {
    const style = getComputedStyle(one);
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return ringed || style.boxShadow !== "none";
  }

  function belongs(top, one) {
    if (top === null || top === document.body || top === document.documentElement) return false;
    const labels = [...(one.labels ?? [])];
    return one.contains(top) || top.contains(one) || labels.some((label) => label.contains(top));
  }

  function isSeen(one) {
    const box = one.getBoundingClientRect();
    return [0.1, 0.5, 0.9].some((x) => [0.2, 0.5, 0.8].some((y) => {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return belongs(top, one);
    }));
  }

  window.keyboard = {
    count: groups.length,
    describe: (place) => members.find((one) => groupOf(one) === groups[place])?.outerHTML.slice(0, 120),
    where() {
      const one = document.activeElement;
      const place = groups.indexOf(groupOf(one));
      if (place < 0) return { place, fault: null };
      if (!isMarked(one)) return { place, fault: `${nameOf(one)}: no mark of focus` };
      return { place, fault: isSeen(one) ? null : `${nameOf(one)}: hidden while it has the focus` };
    },
  };
})();
