// A file may be dropped on the frame around an <input type="file"> marked data-drop:
//   <div class="file-drop" data-drop><input type="file"> <p class="file-drop-hint" hidden>…</p></div>

function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

export function startFileDrop(root = document) {
  for (const frame of root.querySelectorAll("[data-drop]")) {
    const input = frame.querySelector('input[type="file"]');
    if (!input) continue;
    frame.querySelector(".file-drop-hint")?.removeAttribute("hidden");
    frame.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      frame.classList.add("is-over");
    });
    frame.addEventListener("dragleave", () => frame.classList.remove("is-over"));
    frame.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      frame.classList.remove("is-over");
      const dropped = new DataTransfer();
      const files = input.multiple ? [...event.dataTransfer.files] : [event.dataTransfer.files[0]];
      files.forEach((file) => dropped.items.add(file));
      input.files = dropped.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
