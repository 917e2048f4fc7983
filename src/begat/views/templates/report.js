(function () {
  "use strict";
  document.documentElement.classList.add("js");

  function start() {
    var tree = document.getElementById("tree");
    if (!tree) return;
    var rows = Array.prototype.slice.call(tree.tBodies[0].rows);
    var levels = rows.map(function (row) { return Number(row.getAttribute("aria-level")); });

    function isOpen(row) { return row.getAttribute("aria-expanded") === "true"; }
    function opens(row) { return row.hasAttribute("aria-expanded"); }

    function draw() {
      var shut = Infinity;
      rows.forEach(function (row, place) {
        if (levels[place] <= shut) shut = Infinity;
        row.classList.toggle("closed", levels[place] > shut);
        if (shut === Infinity && opens(row) && !isOpen(row)) shut = levels[place];
      });
    }

    function set(row, open) {
      row.setAttribute("aria-expanded", open ? "true" : "false");
      draw();
    }

    function focus(row) {
      if (!row) return;
      rows.forEach(function (other) { other.tabIndex = -1; });
      row.tabIndex = 0;
      row.focus();
    }

    function next(place, step) {
      for (place += step; place >= 0 && place < rows.length; place += step) {
        if (!rows[place].classList.contains("closed")) return rows[place];
      }
      return null;
    }

    function above(place) {
      var level = levels[place];
      while (place > 0 && levels[place] >= level) place -= 1;
      return rows[place];
    }

    function press(event) {
      var place = rows.indexOf(event.target.closest("tr"));
      if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      var row = rows[place];
      var act = {
        ArrowDown: function () { focus(next(place, 1)); },
        ArrowUp: function () { focus(next(place, -1)); },
        Home: function () { focus(rows[0]); },
        End: function () { focus(next(rows.length, -1)); },
        ArrowRight: function () {
          if (opens(row) && !isOpen(row)) set(row, true);
          else if (opens(row)) focus(next(place, 1));
        },
        ArrowLeft: function () {
          if (opens(row) && isOpen(row)) set(row, false);
          else focus(above(place));
        },
        Enter: function () { if (opens(row)) set(row, !isOpen(row)); },
        " ": function () { if (opens(row)) set(row, !isOpen(row)); }
      }[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    }

    function all(open) {
      rows.forEach(function (row, place) {
        if (opens(row)) row.setAttribute("aria-expanded", open || place === 0 ? "true" : "false");
      });
      draw();
    }

    tree.tBodies[0].addEventListener("click", function (event) {
      var row = event.target.closest("tr");
      if (String(window.getSelection())) return;
      if (opens(row)) set(row, !isOpen(row));
      focus(row);
    });
    tree.tBodies[0].addEventListener("keydown", press);
    document.getElementById("open-all").addEventListener("click", function () { all(true); });
    document.getElementById("close-all").addEventListener("click", function () { all(false); });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
