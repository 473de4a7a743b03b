// Files go up in pieces by the tus protocol: a line that breaks is taken up again where it broke, also after the tab was
// closed (the same file chosen again goes on). Without this script the form posts the files as any form does.
const PIECE = 1024 * 1024;
const WAITS = [1000, 2000, 4000, 8000, 15000];

for (const part of document.querySelectorAll("[data-upload]")) {
  const form = part.closest("form");
  const field = part.querySelector("input[type=file]");
  const told = part.querySelector("[data-upload-told]");
  const kept = `upload told ${part.dataset.upload}`;
  const before = sessionStorage.getItem(kept);
  if (before) {
    sessionStorage.removeItem(kept);
    told.textContent = before;
    told.className = "govuk-error-message";
  }
  form.querySelector("[data-plain]")?.remove();
  field.addEventListener("change", async () => {
    const files = [...field.files];
    if (!files.length) return;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    const refused = [];
    for (const file of files) {
      const why = await send(part, file, (share) => (told.textContent = `${file.name}: ${share} %`));
      if (why) refused.push(why);
    }
    field.value = "";
    if (refused.length) sessionStorage.setItem(kept, refused.join(" ")); // those that were taken are listed all the same
    location.replace(location.pathname + location.search); // and what was said of an earlier file is gone
  });
}

const headers = (more) => ({ "Tus-Resumable": "1.0.0", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, ...more });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Sends one file; what is to be said where it is not taken.
async function send(part, file, progress) {
  if (file.size > Number(part.dataset.largest)) return part.dataset.tooLarge.replace("{}", file.name);
  const key = `upload ${part.dataset.upload} ${file.name} ${file.size} ${file.lastModified}`;
  let at = localStorage.getItem(key);
  for (let failures = 0; ; ) {
    try {
      const stands = at ? await offsetOf(at) : null;
      if (stands === null) {
        const made = await fetch(part.dataset.upload, { method: "POST", headers: headers({ "Upload-Length": file.size, "Upload-Metadata": `filename ${encoded(file.name)}` }) });
        if (!made.ok) return (await made.text()) || part.dataset.failed;
        at = made.headers.get("Location");
        localStorage.setItem(key, at);
      }
      const why = await pieces(at, file, stands ?? 0, progress, () => (failures = 0));
      localStorage.removeItem(key);
      return why;
    } catch (broken) {
      if (failures >= WAITS.length) return part.dataset.failed;
      await pause(WAITS[failures++]);
    }
  }
}

// Where an upload stands; null where it is no more.
async function offsetOf(at) {
  const answer = await fetch(at, { method: "HEAD", headers: headers({}) });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return Number(answer.headers.get("Upload-Offset"));
}

// Sends what is still to come; all of it there and the file not taken yet, an empty piece ends it.
async function pieces(at, file, from, progress, went) {
  let stands = from;
  do {
    const answer = await fetch(at, {
      method: "PATCH",
      headers: headers({ "Content-Type": "application/offset+octet-stream", "Upload-Offset": stands }),
      body: file.slice(stands, stands + PIECE),
    });
    if (answer.status === 422) return answer.text();
    if (!answer.ok) throw new Error(String(answer.status));
    stands = Number(answer.headers.get("Upload-Offset"));
    went();
    progress(Math.floor((100 * stands) / file.size));
  } while (stands < file.size);
  return "";
}

const encoded = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
