/* Sorting the table of the ranking by its headings. */
begat.start(function () {
  "use strict";
  var table = document.getElementById("table");
  if (!table) return;
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var bodies = Array.prototype.slice.call(table.tBodies);
  var groups = bodies.map(function (body) { return Array.prototype.slice.call(body.rows); });
  var rows = Array.prototype.concat.apply([], groups).filter(function (row) { return row.classList.contains("row"); });
  var reset = document.getElementById("reset");
  var status = document.getElementById("sorted");

  function clear() {
    heads.forEach(function (head) { head.removeAttribute("aria-sort"); });
  }

  function grouped() {
    clear();
    groups.forEach(function (group, place) { bodies[place].replaceChildren.apply(bodies[place], group); });
    reset.hidden = true;
    status.textContent = "";
  }

  function compare(column, sign) {
    return function (one, other) {
      var a = one.cells[column].dataset.sort;
      var b = other.cells[column].dataset.sort;
      if (a === "" || b === "") return (a === "") - (b === "");
      var numbers = !isNaN(a) && !isNaN(b);
      return sign * (numbers ? a - b : a.localeCompare(b, document.documentElement.lang));
    };
  }

  function sort(column) {
    var head = heads[column];
    var up = head.hasAttribute("aria-sort") ? head.getAttribute("aria-sort") === "descending" : head.dataset.first === "up";
    clear();
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    bodies.forEach(function (body) { body.replaceChildren(); });
    bodies[0].replaceChildren.apply(bodies[0], rows.slice().sort(compare(column, up ? 1 : -1)));
    reset.hidden = false;
    status.textContent = (up ? status.dataset.up : status.dataset.down).replace("{column}", head.textContent);
  }

  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", function () { sort(column); });
    head.replaceChildren(button);
  });
  reset.addEventListener("click", function () {
    grouped();
    heads[0].firstChild.focus();
  });
});
