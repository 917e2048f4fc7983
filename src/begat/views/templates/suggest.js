/* Suggestions while typing in fields of search (`data-search` of the form for /search) and of choice (`data-suggest`). */
begat.start(function () {
  "use strict";
  var WAIT = 120, MOST = 8;
  var count = 0;

  function attach(field) {
    var jumps = !field.hasAttribute("data-suggest");
    var list = document.createElement("ul");
    var asked = null, timer = 0, rows = [], chosen = -1;
    list.id = "suggested-" + ++count;
    list.className = "suggested";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", begat.data.words.suggested);
    field.parentNode.appendChild(list);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
      .forEach(function (pair) { field.setAttribute(pair[0], pair[1]); });

    function close() {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      chosen = place;
      Array.from(list.children).forEach(function (item, at) { item.setAttribute("aria-selected", String(at === chosen)); });
      if (chosen < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", list.children[chosen].id);
    }

    function take(row) {
      close();
      if (!jumps) { field.value = row.id; return; }
      var lang = begat.parameters().get("lang");
      location.href = row.address + (lang ? (row.address.includes("?") ? "&" : "?") + "lang=" + encodeURIComponent(lang) : "");
    }

    function show() {
      list.replaceChildren.apply(list, rows.map(function (row, place) {
        var item = document.createElement("li"), name = document.createElement("span"), kind = document.createElement("span");
        item.id = list.id + "-" + place;
        item.setAttribute("role", "option");
        name.textContent = row.name || row.id;
        kind.textContent = begat.data.words["kind_" + row.kind];
        item.append(name, kind);
        item.addEventListener("mousedown", function (event) { event.preventDefault(); });
        item.addEventListener("click", function () { take(row); });
        return item;
      }));
      mark(-1);
      list.hidden = rows.length === 0;
      field.setAttribute("aria-expanded", String(!list.hidden));
    }

    function ask() {
      var text = field.value.trim();
      if (asked) asked.abort();
      if (text.length < 2) { close(); return; }
      asked = new AbortController();
      fetch("/search?" + new URLSearchParams({ q: text, most: MOST, format: "json" }), { signal: asked.signal })
        .then(function (answer) { return answer.ok ? answer.json() : { rows: [] }; })
        .then(function (found) { rows = found.rows; if (document.activeElement === field) show(); })
        .catch(function () { close(); });
    }

    field.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    field.addEventListener("blur", close);
    field.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1 < rows.length ? chosen + 1 : -1); }
      if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen < 0 ? rows.length - 1 : chosen - 1); }
      if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(rows[chosen]); }
    });
  }

  document.querySelectorAll('form[action="/search"] [data-search], [data-suggest]').forEach(attach);
});
