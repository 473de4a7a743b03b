// Papers beside what is decided: another one is shown in place, larger, smaller, turned.
for (const side of document.querySelectorAll("[data-papers]")) {
  const links = [...side.querySelectorAll(".mc-side__list a")];
  const [stage, tools] = [side.querySelector(".mc-side__stage"), side.querySelector(".mc-side__tools")];
  const said = tools.querySelector("[data-said]");
  let at = 0;
  let scale = 1;
  let turns = 0;
  const fit = () => {
    const image = stage.querySelector("img");
    if (!image) return;
    const room = stage.clientWidth * scale;
    const ratio = image.naturalHeight / (image.naturalWidth || 1);
    const lying = turns % 2 === 1;
    const width = lying ? room / ratio : room;
    image.style.maxWidth = "none";
    image.style.width = `${width}px`;
    image.style.transformOrigin = "0 0";
    const height = width * ratio;
    const moved = [["0", "0"], [`${height}px`, "0"], [`${width}px`, `${height}px`], ["0", `${width}px`]][turns];
    image.style.transform = `translate(${moved[0]}, ${moved[1]}) rotate(${turns * 90}deg)`;
    image.parentElement.style.height = `${lying ? width : height}px`;
  };
  const show = (number) => {
    at = (number + links.length) % links.length;
    [scale, turns] = [1, 0];
    const link = links[at];
    for (const one of links) one.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
    const picture = link.dataset.type.startsWith("image/");
    const box = document.createElement("div");
    const shown = document.createElement(picture ? "img" : "iframe");
    shown.className = picture ? "mc-viewer mc-viewer--image" : "mc-viewer";
    shown.src = picture ? link.href : `${link.href}#navpanes=0&view=FitH`;
    if (picture) {
      shown.alt = link.textContent;
      shown.addEventListener("load", fit);
    } else shown.title = link.textContent;
    box.append(shown);
    stage.replaceChildren(box);
    said.textContent = `${at + 1}/${links.length}`;
    for (const tool of tools.querySelectorAll("[data-of]")) tool.hidden = !picture;
  };
  const acts = {
    before: () => show(at - 1),
    after: () => show(at + 1),
    larger: () => { scale = Math.min(scale * 1.25, 5); fit(); },
    smaller: () => { scale = Math.max(scale / 1.25, 0.4); fit(); },
    turn: () => { turns = (turns + 1) % 4; fit(); },
  };
  tools.addEventListener("click", (event) => acts[event.target.closest("[data-tool]")?.dataset.tool]?.());
  for (const [number, link] of links.entries())
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(number);
    });
  tools.hidden = false;
  const begun = stage.querySelector("img");
  said.textContent = `1/${links.length}`;
  for (const tool of tools.querySelectorAll("[data-of]")) tool.hidden = !begun;
  if (begun?.complete) fit();
  else begun?.addEventListener("load", fit);
}
