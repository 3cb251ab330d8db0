// A file may be dropped on the frame around any <input type="file">; choosing it works as ever.

function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function frameOf(input) {
  const frame = document.createElement("div");
  frame.className = "file-drop";
  // What is wrong with the file stands beside the frame now: shown beside what is marked only.
  frame.classList.toggle("is-invalid", input.classList.contains("is-invalid"));
  input.replaceWith(frame);
  const hint = document.createElement("p");
  hint.className = "file-drop-hint";
  hint.textContent = document.body.dataset.dropHint ?? "";
  frame.append(input, hint);
  return frame;
}

function take(input, files) {
  const dropped = new DataTransfer();
  for (const file of input.multiple ? files : files.slice(0, 1)) dropped.items.add(file);
  input.files = dropped.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function startFileDrop(root = document) {
  for (const input of root.querySelectorAll('input[type="file"]')) {
    const frame = frameOf(input);
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
      take(input, [...event.dataTransfer.files]);
    });
  }
}
