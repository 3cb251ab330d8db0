// <output data-sum="name"> shows the sum of the inputs marked data-addend="name", in whole
// hundredths-of-hundredths so that 0,1 + 0,2 is 0,3. The server's own sum is what counts.

const SCALE = 10_000n;

export function readDecimal(text) {
  const trimmed = text.trim().replace(/\s/g, "");
  const plain = trimmed.includes(",") ? trimmed.replaceAll(".", "").replace(",", ".") : trimmed;
  const parts = /^([+-]?)(\d*)(?:\.(\d{0,4}))?$/.exec(plain);
  if (!parts || (parts[2] === "" && !parts[3])) return null;
  const scaled = BigInt(parts[2] || "0") * SCALE + BigInt((parts[3] ?? "").padEnd(4, "0"));
  return parts[1] === "-" ? -scaled : scaled;
}

export function writeDecimal(scaled) {
  const size = scaled < 0n ? -scaled : scaled;
  const fraction = String(size % SCALE).padStart(4, "0").replace(/0+$/, "");
  const whole = String(size / SCALE).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${scaled < 0n ? "−" : ""}${whole}${fraction ? `,${fraction}` : ""}`;
}

function show(output) {
  let sum = 0n;
  for (const input of document.querySelectorAll(`[data-addend="${output.dataset.sum}"]`)) {
    sum += readDecimal(input.value) ?? 0n;
  }
  output.textContent = writeDecimal(sum);
}

export function startSums() {
  const outputs = document.querySelectorAll("[data-sum]");
  if (!outputs.length) return;
  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.addend;
    if (name) outputs.forEach((output) => output.dataset.sum === name && show(output));
  });
}
