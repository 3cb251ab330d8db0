// A form marked data-warn-unsaved asks before it is left with something unsaved in it.

export function startUnsavedWarning() {
  const changed = new Set();
  for (const form of document.querySelectorAll("form[data-warn-unsaved]")) {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("change", () => changed.add(form));
    form.addEventListener("submit", (event) => {
      // A preview opens elsewhere and stores nothing.
      if (!event.submitter?.hasAttribute("formtarget")) changed.delete(form);
    });
    form.addEventListener("autosave:saved", () => changed.delete(form));
  }
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });
}
