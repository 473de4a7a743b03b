// The desk by keyboard. Everything here repeats what a button of the page does, and goes without it.
const token = document.querySelector('meta[name="csrf-token"]')?.content;
const send = (address, data) => fetch(address, { method: "POST", body: data, headers: { "X-CSRFToken": token } });

// The procedure by a few letters: the list follows what is typed, Enter opens its first line.
const search = document.querySelector("[data-procedures]");
if (search) {
  const list = () => document.getElementById("thu-tuc-tim-thay");
  let shown = search.value.trim();
  let waiting = 0;
  const follow = async () => {
    const text = search.value.trim();
    const answer = await fetch(`${location.pathname}?${new URLSearchParams(new FormData(search.form))}`);
    if (!answer.ok || text !== search.value.trim()) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("thu-tuc-tim-thay");
    if (found) list().replaceWith(found);
    shown = text;
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 120);
  });
  search.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || !search.value.trim()) return;
    event.preventDefault();
    clearTimeout(waiting);
    if (shown !== search.value.trim()) await follow();
    const first = list().querySelector("a");
    if (first) location.assign(first.href);
  });
}

const form = document.querySelector("form[data-intake]");
if (form) {
  const field = (name) => form.elements.namedItem(name);
  const put = (name, value, over) => {
    const target = field(name);
    if (!target || !value) return;
    if (target instanceof RadioNodeList) {
      if (over || !target.value) target.value = value;
    } else if (over || !target.value) {
      target.value = value;
    }
  };

  // A number of twelve digits, or a card that a scanner types into any field of a number.
  const number = field("so_dinh_danh");
  const said = document.getElementById("nguoi-nop-noi");
  let asked = "";
  const look = async (target) => {
    const text = target.value.trim();
    const card = text.includes("|");
    if (!card && (target !== number || !/^(\d{12}|\d{10}|\d{13})$/.test(text))) return;
    if (text === asked) return;
    asked = text;
    const data = new FormData();
    data.set("so", text);
    const answer = await send(form.dataset.known, data);
    if (!answer.ok) return;
    const known = await answer.json();
    if (target === number) {
      for (const [name, value] of Object.entries(known.fields)) put(name, value, card);
      said.textContent = Object.keys(known.fields).length ? said.dataset.found : said.dataset.unknown;
    } else if (known.card.so_dinh_danh) {
      const of = target.name.replace(/^so_dinh_danh/, "");
      for (const [name, value] of Object.entries(known.card)) put(name + of, value, name === "so_dinh_danh");
    }
    asked = target.value.trim();
    keep();
  };
  const numbers = [...form.querySelectorAll('input[name^="so_dinh_danh"]')];
  for (const one of numbers) {
    one.addEventListener("change", () => look(one));
    one.addEventListener("keydown", (event) => {
      if (event.key === "Enter") look(one);
    });
    one.addEventListener("input", () => {
      if (one === number && /^\d{12}$/.test(one.value.trim())) look(one);
    });
  }

  // The camera, where the browser reads codes by itself.
  const camera = form.querySelector("[data-camera]");
  if (camera && "BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    const [button, video] = [camera.querySelector("button"), camera.querySelector("video")];
    let stream = null;
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = null;
      video.hidden = true;
    };
    button.addEventListener("click", async () => {
      if (stream) return stop();
      const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        said.textContent = said.dataset.camera;
        return;
      }
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      while (stream) {
        const [code] = await reader.detect(video).catch(() => []);
        if (code?.rawValue.includes("|")) {
          number.value = code.rawValue;
          stop();
          look(number);
        }
        await new Promise((go) => setTimeout(go, 200));
      }
    });
  }

  // All required papers of the case by one key, and to receive by another.
  const papers = () => {
    for (const box of form.querySelectorAll("input[type=checkbox][data-required]")) box.checked = true;
    keep();
  };
  form.querySelector("[data-all-papers]")?.addEventListener("click", (event) => {
    event.preventDefault();
    papers();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      papers();
    } else if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.querySelector("button[data-receive]")?.click();
    }
  });

  // What is typed is kept while it is typed: a tab that is closed loses nothing.
  let later = 0;
  let left = false;
  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    return data;
  };
  const keep = () => {
    clearTimeout(later);
    if (!form.dataset.typing || left) return;
    later = setTimeout(() => {
      later = 0;
      send(form.dataset.typing, typed());
    }, 1200);
  };
  form.addEventListener("input", keep);
  const leave = () => {
    left = true;
    clearTimeout(later);
  };
  form.addEventListener("submit", leave);
  document.querySelector("[data-drop]")?.addEventListener("click", leave);
  addEventListener("pagehide", () => {
    if (later && !left && form.dataset.typing) navigator.sendBeacon(form.dataset.typing, typed());
  });
  if (form.dataset.restored) keep();
}
