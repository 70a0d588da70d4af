// Downloads: PNG and SVG by Plotly, CSV from the same arrays.

function csvOf(self) {
  const lines = ["trace,row,column,value"];
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  self.content.figure.data.forEach((trace, index) => {
    const name = quoted(trace.name || `trace ${index}`);
    if (trace.z) {
      trace.z.forEach((row, r) => Array.from(row).forEach((value, c) => lines.push(`${name},${r},${c},${quoted(value)}`)));
    } else if (trace.x) {
      Array.from(trace.x).forEach((x, i) => lines.push(`${name},${i},${quoted(x)},${quoted(trace.y[i])}`));
    }
  });
  const points = self.content.figure.data.every((trace) => !trace.z);
  if (points) lines[0] = "trace,index,x,y";
  return lines.join("\n").replaceAll(/"(-?[\d.]+(?:e-?\d+)?)"/g, "$1") + "\n";
}

// In a file the outlines are Plotly's own shapes.
function withBoxes(layout, data) {
  const shapes = (layout.meta?.boxes || []).map(({ trace, box: [top, left, bottom, right], colour, round }) => ({
    type: round ? "circle" : "rect", xref: data[trace].xaxis, yref: data[trace].yaxis,
    x0: left, x1: right, y0: top, y1: bottom, line: { color: colour, width: 1.5 },
  }));
  return { ...layout, shapes: [...(layout.shapes || []), ...shapes] };
}

async function download(self, format) {
  const name = self.content.figure.layout.meta?.name || "figure";
  if (format === "csv") {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csvOf(self)], { type: "text/csv" }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return;
  }
  const layout = { ...withBoxes(layoutFor(self), self.content.figure.data), width: self.stage.clientWidth };
  layout.paper_bgcolor = themeOf(self.root).paper;
  await window.Plotly.downloadImage({ data: self.content.figure.data, layout },
    { format, filename: name, width: layout.width, height: layout.height, scale: format === "png" ? 2 : 1 });
}
