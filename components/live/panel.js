// The panel beside the picture: links to the pages, a small table, and the controls of a spec.
// Python sends {links, readouts, controls, more} as told in panel.py; this file sends back
// "move", {name, value, final, count}. Streamlit hears a state only where it has changed, so every
// message is counted. While a slider moves, a live chart may carry the message instead (chart.py).

const KINDS = {
  slider: { build: buildSlider, update: updateSlider },
  choice: { build: buildWords, update: updateWords },
  text: { build: buildWords, update: updateWords },
};

function tell(self, value, final) {
  const { panel, data } = self;
  panel.count += 1;
  const move = { name: data.name, value, final, count: panel.count };
  panel.carried = !final && announce(move, mayWait(panel));
  if (!panel.carried) panel.emit("move", move);
}

// What a chart sends waits until the script has come to rest; what the panel sends interrupts it.
// So a chart carries a move where nothing runs, or what runs is the picture of the move before.
function mayWait(panel) {
  return panel.carried || document.querySelector("[data-test-script-state='notRunning']") !== null;
}

// All charts hear of it; one that carries it prevents the default.
function announce(move, cancelable) {
  return !window.dispatchEvent(new CustomEvent("live-panel-move", { detail: move, cancelable }));
}

function say(self, sentence) {
  self.note.textContent = sentence;
}

function update(self, data) {
  const written = JSON.stringify(data);
  if (written === self.written) return;
  Object.assign(self, { data, written });
  self.label.textContent = data.label;
  self.label.title = data.help;
  KINDS[data.kind].update(self, data);
  say(self, data.note);
  self.note.classList.toggle("live-control-reason", data.disabled);
}

function add(panel, data) {
  const template = panel.find(`template[data-kind="${data.kind}"]`);
  const root = template.content.firstElementChild.cloneNode(true);
  const [label, note] = ["label", "note"].map((part) => root.querySelector(`.live-control-${part}`));
  const self = { root, panel, label, note };
  panel.controls[data.name] = self;
  KINDS[data.kind].build(self);
  return self;
}

function remove(panel, name) {
  clearTimeout(panel.controls[name].timer);
  panel.controls[name].root.remove();
  delete panel.controls[name];
}

function fill(panel, place, list) {
  list.forEach((data, at) => {
    const self = panel.controls[data.name] ?? add(panel, data);
    if (place.children[at] !== self.root) place.insertBefore(self.root, place.children[at] ?? null);
    update(self, data);
  });
}

function showControls(panel, data) {
  const wanted = new Set([...data.controls, ...data.more].map(({ name }) => name));
  for (const name of Object.keys(panel.controls)) if (!wanted.has(name)) remove(panel, name);
  fill(panel, panel.find(".live-panel-controls"), data.controls);
  fill(panel, panel.find(".live-panel-rest"), data.more);
  panel.find(".live-panel-more").hidden = !data.more.length;
}

function showReadouts(panel, rows) {
  const table = panel.find(".live-panel-readouts");
  table.hidden = !rows.length;
  table.replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    line.append(...row.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return line;
  }));
}

// Streamlit answers Back and Forward by running the page that the address then names, in the same
// session. A link does the same: one entry in the history, and no page is loaded anew.
function visit(address) {
  window.history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

function linkTo({ title, address, here }) {
  const link = Object.assign(document.createElement("a"), { href: address, textContent: title });
  if (here) link.setAttribute("aria-current", "page");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // a new tab, say
    event.preventDefault();
    if (!here) visit(address);
  });
  return link;
}

function showLinks(panel, links) {
  const written = JSON.stringify(links);
  if (written === panel.links) return;
  panel.links = written;
  const place = panel.find(".live-panel-links");
  place.hidden = !links.length;
  place.replaceChildren(...links.map(linkTo));
}

const panels = new WeakMap();

function open(parentElement) {
  const panel = { find: (selector) => parentElement.querySelector(selector), controls: {}, count: 0 };
  panel.listen = ({ detail }) => { if (panel.follows) showReadouts(panel, detail); };
  window.addEventListener("live-chart-readouts", panel.listen);
  panels.set(parentElement, panel);
  return panel;
}

export default function ({ data, parentElement, setStateValue }) {
  const panel = panels.get(parentElement) ?? open(parentElement);
  panel.emit = setStateValue;
  panel.follows = data.readouts.length > 0;
  showLinks(panel, data.links);
  showReadouts(panel, data.readouts);
  showControls(panel, data);
  return () => {
    for (const { timer } of Object.values(panel.controls)) clearTimeout(timer);
    window.removeEventListener("live-chart-readouts", panel.listen);
    panels.delete(parentElement);
  };
}
