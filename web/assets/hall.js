// The screen of a hall: looks again every three seconds, and says each new call aloud, by the province's recordings or
// else by a Vietnamese voice of the browser. Without scripts the page loads itself anew and is silent.
const body = document.body;
const recorded = new Set((body.dataset.recorded || "").split(" ").filter(Boolean));
const button = document.querySelector("#loa");
const said = new Set(calls().map((row) => row.dataset.call));
let aloud = false;
let turn = Promise.resolve();

function calls() {
  return [...document.querySelectorAll("#dang-goi [data-call]")];
}

function voice() {
  return window.speechSynthesis?.getVoices().find((one) => one.lang.toLowerCase().startsWith("vi"));
}

function play(name) {
  return new Promise((done) => {
    const sound = new Audio(body.dataset.voice.replace(/_$/, name));
    sound.addEventListener("ended", done);
    sound.addEventListener("error", done);
    sound.play().catch(done);
  });
}

async function say(number, counter) {
  if (recorded.size) {
    const digits = [...String(counter)].filter((one) => recorded.has(one));
    for (const name of ["moi-so", ...String(number), "den-quay", ...digits]) await play(name);
    return;
  }
  const speaker = voice();
  if (!speaker) return;
  const words = new SpeechSynthesisUtterance(`Mời số ${number} đến quầy ${counter}`);
  words.voice = speaker;
  words.lang = "vi-VN";
  words.rate = 0.9;
  await new Promise((done) => {
    words.addEventListener("end", done);
    words.addEventListener("error", done);
    window.speechSynthesis.speak(words);
  });
}

async function look() {
  try {
    const answer = await fetch(location.href);
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("dang-goi");
      if (fresh) document.getElementById("dang-goi").replaceWith(fresh);
      for (const row of calls().reverse()) {
        if (said.has(row.dataset.call)) continue;
        said.add(row.dataset.call);
        if (aloud) turn = turn.then(() => say(row.dataset.number, row.dataset.counter));
      }
    }
  } catch {
    // the line is away: the next look comes in a moment
  }
  setTimeout(look, 3000);
}
setTimeout(look, 3000);

// Browsers let a page speak only after somebody has touched it.
button.hidden = false;
button.querySelector("button").addEventListener("click", () => {
  aloud = true;
  const silent = !recorded.size && !voice();
  button.querySelector("[data-no-voice]").hidden = !silent;
  button.querySelector("button").hidden = true;
});
window.speechSynthesis?.getVoices();
