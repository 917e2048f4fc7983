/* Sorting by any measure: the first of that measure are seen, and ranks far from it are marked. */
begat.start(function () {
  "use strict";
  var table = document.getElementById("influence");
  if (!table) return;
  var body = table.tBodies[0];
  var lines = Array.from(body.rows);
  var GAP = 2;

  function cell(line, measure) { return line.querySelector('td[data-measure="' + measure + '"]'); }

  function rank(line, measure) {
    var found = cell(line, measure).dataset.rank;
    return found === undefined ? Infinity : Number(found);
  }

  function mark(line, measure) {
    var own = rank(line, measure);
    line.querySelectorAll("td[data-measure]").forEach(function (each) {
      var sign = each.querySelector(".rank");
      var other = rank(line, each.dataset.measure);
      each.classList.toggle("chosen", each.dataset.measure === measure);
      if (!sign) return;
      sign.classList.toggle("better", isFinite(own) && other * GAP < own);
      sign.classList.toggle("worse", isFinite(own) && own * GAP < other);
    });
  }

  /* Scrolls a column into view that stands outside. */
  function show(head) {
    var box = table.parentNode.getBoundingClientRect();
    var place = head.getBoundingClientRect();
    if (place.right > box.right) table.parentNode.scrollLeft += place.right - box.right;
    if (place.left < box.left) table.parentNode.scrollLeft -= box.left - place.left;
  }

  function sort(measure) {
    var order = lines.map(function (line, place) { return [rank(line, measure), place, line]; });
    order.sort(function (a, b) { return a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1; });
    order.forEach(function (item, place) {
      item[2].hidden = place >= begat.data.most;
      mark(item[2], measure);
      body.appendChild(item[2]);
    });
    table.querySelectorAll("th[data-measure]").forEach(function (head) {
      if (head.dataset.measure === measure) head.setAttribute("aria-sort", "descending");
      else head.removeAttribute("aria-sort");
    });
    show(table.querySelector('th[data-measure="' + measure + '"]'));
    document.getElementById("more").textContent = begat.data.more[measure];
    begat.keep({ sort: measure === begat.data.measure ? null : measure });
  }

  table.tHead.addEventListener("click", function (event) {
    var button = event.target.closest(".sort");
    if (!button) return;
    var measure = button.closest("th").dataset.measure;
    sort(measure);
    begat.status(begat.say("sorted", { measure: begat.data.names[measure] }));
  });

  function restore() {
    var asked = begat.parameters().get("sort");
    sort(asked in begat.data.names ? asked : begat.data.measure);
  }
  window.addEventListener("hashchange", restore);
  if (begat.parameters().has("sort")) restore();
});
