// A control whose value is a text: one of a list, or typed. Both tell it once, when it is chosen.

function buildWords(self) {
  self.field = self.root.querySelector("select, input");
  self.field.addEventListener("change", () => tell(self, self.field.value.trim(), true));
}

function updateWords(self, data) {
  const { field } = self;
  if (data.options) {
    field.replaceChildren(...data.options.map((option) => new Option(option, option)));
  } else {
    field.placeholder = data.hint;
  }
  field.value = data.value;
  field.disabled = data.disabled;
  field.setAttribute("aria-label", data.label);
  field.setAttribute("aria-invalid", data.note && !data.disabled ? "true" : "false");
}
