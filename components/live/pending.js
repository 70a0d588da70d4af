// @ts-check
// Work that has begun and has not yet been sent or drawn, marked in the document: `data-pending` lists
// it by name. The browser tests wait until nothing is marked.

/**
 * Mark or unmark an element's work.
 * @param {HTMLElement} element
 * @param {string} work
 * @param {boolean} pending
 */
export function showPending(element, work, pending) {
  const names = new Set((element.dataset.pending ?? "").split(" ").filter(Boolean));
  if (names.has(work) === pending) return;
  if (pending) names.add(work);
  else names.delete(work);
  if (names.size) element.dataset.pending = [...names].join(" ");
  else delete element.dataset.pending;
}
