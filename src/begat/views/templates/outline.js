/* A tree as a treegrid: rows open, close, are searched, grouped and filtered; what is seen stands in the address. */
(function () {
  "use strict";
  var data = begat.data, say = begat.say, number = begat.number, LIMIT = 50;
  var {
    DEEPEST, called, clean, counted, effects, gathers, homeOf, isModel, licenceName, mix, placed, relationClass, relationName, remarks,
    short, title, unpacked
  } = begat.outline;
  var table = document.getElementById("tree"), body = table.tBodies[0];
  var field = document.querySelector("main [data-search]");
  var told = document.querySelector("[data-told]");
  var root, by, only, words = [], at, found = [], open = new Set(), usual = new Set();

  function all() { return begat.outline.all(root); }

  Object.defineProperty(data, "rows", {
    get: function () {
      return all().map(function (row) { return data.columns.map(function (name) { return row[name]; }); });
    }
  });

  /* What is seen. */

  function value(row) { return only ? row.by_relation[only] || 0 : row.here; }

  function fits(row) { return !only || !row.up || value(row) > 0 || (isModel(row) && row.relation === only); }

  function lazy(row) {
    if (!begat.served || row.children.length || row.gone) return false;
    return row.members > 0;
  }

  function opens(row) { return row.children.length > 0 || lazy(row); }

  function below(row) {
    var rows = row.children.filter(fits);
    if (!words.length) return open.has(row.mark) ? rows : [];
    if (row.peek !== undefined) return row.peek ? rows : [];
    return rows.filter(function (child) { return child.kept; });
  }

  function seen() {
    var rows = [], stack = [root];
    while (stack.length) {
      var row = stack.pop();
      rows.push(row);
      row.shown = below(row);
      for (var place = row.shown.length - 1; place >= 0; place -= 1) {
        row.shown[place].place = place + 1;
        row.shown[place].size = row.shown.length;
        stack.push(row.shown[place]);
      }
    }
    return rows;
  }

  /* Rows as elements. */

  function make(name, look, text) {
    var element = document.createElement(name);
    if (look) element.className = look;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function drawing(name, values) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(values).forEach(function (key) { element.setAttribute(key, values[key]); });
    return element;
  }

  function segments(row) {
    var whole = value(root) || 1, start = 0;
    var scale = Math.max(100 * value(row) / whole, 0.4) / (value(row) || 1);
    return Object.keys(row.by_relation).filter(function (name) { return !only || name === only; }).map(function (name) {
      var length = row.by_relation[name] * scale;
      start += length;
      return { relation: name, start: start - length, length: length };
    });
  }

  function bar(row) {
    var svg = drawing("svg", { "class": "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", role: "img", "aria-label": mix(row) });
    segments(row).forEach(function (part) {
      svg.append(drawing("rect", { "class": relationClass(part.relation), x: part.start.toFixed(2), width: part.length.toFixed(2), height: 12 }));
    });
    return svg;
  }

  function cell(look, text, hint) {
    var element = make("td", look, text);
    element.setAttribute("role", "gridcell");
    if (hint) element.title = hint;
    return element;
  }

  function marked(text) {
    var title = make("span", "title"), low = text.toLowerCase();
    var starts = low.length === text.length ? words.map(function (word) { return [low.indexOf(word), word.length]; }) : [];
    starts = starts.filter(function (item) { return item[0] >= 0; }).sort(function (a, b) { return a[0] - b[0]; });
    var end = 0;
    starts.forEach(function (item) {
      if (item[0] < end) return;
      title.append(text.slice(end, item[0]), make("mark", "", text.slice(item[0], item[0] + item[1])));
      end = item[0] + item[1];
    });
    title.append(text.slice(end));
    return title;
  }

  function address(id) {
    var parts = id.split("/");
    var unsafe = id.includes("\\") || parts.some(function (part) { return part === "" || part === "." || part === ".."; });
    return unsafe ? "/m?" + new URLSearchParams({ id: id }) : "/m/" + parts.map(encodeURIComponent).join("/");
  }

  function button(look, text, act) {
    var element = make("button", look, text);
    element.type = "button";
    element.tabIndex = -1;
    element.addEventListener("click", function (event) {
      event.stopPropagation();
      act();
    });
    return element;
  }

  function link(id, content) {
    var element = make("a");
    element.href = address(id);
    element.tabIndex = -1;
    element.append(content);
    return element;
  }

  function parents(row) {
    var line = make("span", "parents d" + Math.min(row.depth, DEEPEST));
    line.append(say("parents_of", {}) + " ");
    row.parents.forEach(function (id, place) {
      var there = all().find(function (other) { return !gathers(other) && other.id === id; });
      if (place) line.append(" · ");
      if (there) line.append(button("jump", called(id), function () { jump(there); }));
      else line.append(begat.served ? link(id, clean(id)) : clean(id));
    });
    return line;
  }

  function name(row) {
    var element = cell("name"), line = make("span", "d" + Math.min(row.depth, DEEPEST)), text = marked(title(row));
    var twist = make("span", "twist");
    twist.setAttribute("aria-hidden", "true");
    line.append(twist);
    if (row.relation) {
      var sign = make("span", "key " + relationClass(row.relation));
      sign.setAttribute("aria-hidden", "true");
      line.append(sign);
    }
    text.title = text.textContent;
    line.append(isModel(row) && begat.served ? link(row.id, text) : text);
    remarks(row).forEach(function (remark) { line.append(" ", make("span", "chip", remark)); });
    if (row.up && row.parents.length > 1) {
      var chip = button("chip", counted("parents", row.parents.length - 1), function () { tell(row); });
      chip.setAttribute("aria-expanded", String(Boolean(row.told)));
      line.append(" ", chip);
    }
    element.append(line);
    if (row.told) element.append(parents(row));
    return element;
  }

  function derived(row) {
    var count = value(row), element = cell("number derived" + (count ? "" : " zero"));
    if (row.elsewhere && !only) {
      element.append(number(count), " ", make("small", "", "+" + number(row.elsewhere)));
      element.title = say("number", { here: number(row.here), elsewhere: number(row.elsewhere) });
    } else if (only && count !== row.here) {
      element.textContent = number(count);
      element.title = say("filtered", { count: number(count), here: number(row.here) });
    } else element.textContent = number(count);
    return element;
  }

  function loads(row) {
    if (!row.here) return cell("number loads", "");
    var least = row.downloads_below !== null && row.downloads_unknown > 0;
    var hint = row.downloads_below === null ? say("unknown_text", {}) : least ? say("at_least", { count: number(row.downloads_unknown) }) : "";
    return cell("number loads", (least ? "≥ " : "") + short(row.downloads_below), hint);
  }

  function licence(row) {
    var text = licenceName(row.licence), changes = effects(row);
    var hint = row.licence_changed && row.up ? say("differs", { licence: text, above: licenceName(homeOf(row.up).licence) }) : text;
    var element = cell("licence" + (row.licence_changed ? " changed" : ""), undefined, hint + (changes.length ? ": " + changes.join(", ") : ""));
    var inner = make("span");
    if (text) element.append(inner);
    inner.append(make("b", "", text));
    if (changes.length) inner.append(" ", make("small", "", changes[0]));
    return element;
  }

  function line(row) {
    var tr = make("tr", row.kind + (row.depth > 6 ? " deep" : "")), bars = cell("bars", undefined, mix(row));
    tr.setAttribute("role", "row");
    if (row.here) bars.append(bar(row));
    var own = isModel(row) ? short(row.downloads) : "";
    tr.append(
      name(row), bars, derived(row), cell("number accounts", row.here ? number(row.accounts) : ""),
      cell("number own", own, isModel(row) && row.downloads === null ? say("unknown_text", {}) : ""), loads(row), licence(row)
    );
    tr.row = row;
    return tr;
  }

  function message(row) {
    var tr = make("tr", "message"), element = cell("", row.message);
    tr.setAttribute("role", "row");
    element.colSpan = 7;
    tr.append(element);
    return tr;
  }

  function draw() {
    var rows = seen(), elements = [];
    if (!rows.includes(at)) at = root;
    rows.forEach(function (row) {
      var tr = row.element = row.element || line(row);
      tr.setAttribute("aria-level", row.depth + 1);
      tr.setAttribute("aria-setsize", row.size || 1);
      tr.setAttribute("aria-posinset", row.place || 1);
      if (opens(row)) tr.setAttribute("aria-expanded", String(row.shown.length > 0));
      else tr.removeAttribute("aria-expanded");
      tr.tabIndex = row === at ? 0 : -1;
      elements.push(tr);
      if (row.message) elements.push(message(row));
    });
    settle(elements);
  }

  /* Puts rows into the table without touching those that stay: one of them may have the focus. */
  function settle(elements) {
    var wanted = new Set(elements);
    Array.from(body.children).forEach(function (element) { if (!wanted.has(element)) element.remove(); });
    var next = body.firstElementChild;
    elements.forEach(function (element) {
      if (element === next) next = next.nextElementSibling;
      else body.insertBefore(element, next);
    });
  }

  function anew() {
    all().forEach(function (row) { row.element = null; });
    draw();
  }

  /* Rows that the page doesn't hold. */

  function ask(row) {
    var state = { id: root.id, of: row.id, by: by, most: LIMIT };
    if (gathers(row)) Object.assign(state, { group: row.key, after: row.offset });
    if (data.head.on) state.on = data.head.on;
    row.message = say("loading", {});
    draw();
    fetch("/api/children?" + new URLSearchParams(state), { headers: { accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (answer) { arrived(row, answer.rows); })
      .catch(function (error) {
        row.message = say("failed", { reason: error.message });
        open.delete(row.mark);
        draw();
      });
  }

  function arrived(row, rows) {
    var folded = row.kind === "folded", up = folded ? row.up : row, path = [];
    var least = Math.min.apply(null, rows.map(function (item) { return item.depth; }));
    var top = [];
    rows.forEach(function (item) {
      var level = item.depth - least, above = level ? path[level - 1] : up;
      placed(item, above, up.depth + 1 + level);
      path.length = level;
      path.push(item);
      if (level) above.children.push(item);
      else top.push(item);
    });
    row.message = "";
    if (folded) {
      up.children.splice.apply(up.children, [up.children.indexOf(row), 1].concat(top));
      if (at === row) at = top[0] || up;
    } else row.children = top;
    if (!rows.length) row.gone = true;
    draw();
    if (folded && at === top[0]) focus(at);
    top.concat(folded ? [] : [row]).forEach(function (item) { if (open.has(item.mark) && lazy(item)) ask(item); });
  }

  /* Acts. */

  function toggle(row) {
    if (!opens(row)) return;
    if (lazy(row)) {
      open.add(row.mark);
      ask(row);
    } else if (words.length) row.peek = row.shown.length === 0;
    else if (open.has(row.mark)) open.delete(row.mark);
    else open.add(row.mark);
    draw();
    keep();
  }

  function focus(row) {
    if (!row) return;
    at = row;
    draw();
    row.element.focus();
  }

  function path(row) {
    for (var up = row.up; up; up = up.up) open.add(up.mark);
  }

  function jump(row) {
    path(row);
    if (only && !fits(row)) filter("");
    if (words.length) search("");
    keep();
    focus(row);
  }

  function tell(row) {
    if (row.parents.length < 2 || !row.up) return;
    row.told = !row.told;
    var had = row.element.contains(document.activeElement);
    row.element.remove();
    row.element = null;
    draw();
    if (had) row.element.focus();
  }

  function search(text) {
    if (field.value !== text) field.value = text;
    words = text.toLowerCase().split(/\s+/).filter(Boolean);
    var rows = all();
    rows.forEach(function (row) { row.kept = false; row.peek = undefined; });
    found = words.length ? rows.filter(hit) : [];
    found.forEach(function (row) { for (var up = row; up && !up.kept; up = up.up) up.kept = true; });
    anew();
    status();
  }

  function hit(row) {
    var text = title(row).toLowerCase();
    return row.kind !== "folded" && words.every(function (word) { return text.includes(word); });
  }

  function filter(relation) {
    only = data.head.by_relation[relation] ? relation : "";
    document.querySelectorAll("[data-only]").forEach(function (item) {
      item.setAttribute("aria-pressed", String(item.dataset.only === only));
    });
    document.querySelectorAll("rect[data-relation]").forEach(function (item) {
      item.classList.toggle("off", Boolean(only) && item.dataset.relation !== only);
    });
    table.classList.toggle("filtered", Boolean(only));
    anew();
    status();
  }

  function status() {
    told.textContent = "";
    if (words.length) {
      told.append(found.length ? counted("found", found.length) : say("found_none", {}));
      if (begat.served) {
        var more = make("a", "", say("search_all", {}));
        more.href = "/search?" + new URLSearchParams({ q: field.value });
        told.append(" ", more);
      }
    } else if (only) told.append(say("only", { relation: relationName(only) }));
  }

  function group(name) {
    by = name;
    root = unpacked(by);
    at = root;
    var rows = all();
    usual = new Set(data.open[by].map(function (place) { return rows[place].mark; }));
    var figures = data.heads[by];
    Object.assign(data.head, { group_by: by, budget: figures[0], shown: figures[1], folded: figures[2] });
    document.querySelector("[data-shown]").textContent = say(figures[2] ? "shown" : "shown_all", { shown: number(figures[1]), folded: number(figures[2]) });
    document.querySelectorAll("[data-by]").forEach(function (item) {
      item.setAttribute("aria-pressed", String(item.dataset.by === by));
    });
  }

  function regroup(name) {
    if (name === by) return;
    if (!data.trees[name]) {
      var state = begat.parameters();
      state.set("by", name);
      state.delete("open");
      location.search = state.toString();
      return;
    }
    group(name);
    open = new Set(usual);
    search(field.value);
    keep();
  }

  function openAll(wanted) {
    open = new Set([root.mark]);
    if (wanted) all().forEach(function (row) { if (row.children.length) open.add(row.mark); });
    search("");
    keep();
  }

  /* The address. */

  function opened() {
    var rows = all().filter(function (row) { return row.children.length; });
    var now = rows.filter(function (row) { return open.has(row.mark); }).map(function (row) { return row.mark; });
    if (now.length === usual.size && now.every(function (mark) { return usual.has(mark); })) return null;
    return now.length === rows.length ? "all" : now.join(".") || "none";
  }

  function keep() {
    begat.keep({ by: by === data.by && !begat.served ? null : by, only: only, q: field.value.trim(), open: opened() });
  }

  function restore() {
    var state = begat.parameters(), asked = state.get("by"), wanted = state.get("open");
    group(data.trees[asked] ? asked : data.by);
    open = new Set(usual);
    if (wanted === "all") all().forEach(function (row) { if (row.children.length) open.add(row.mark); });
    else if (wanted) open = new Set(wanted.split("."));
    filter(state.get("only") || "");
    search(state.get("q") || "");
    all().forEach(function (row) { if (open.has(row.mark) && lazy(row)) ask(row); });
  }

  /* Keys and clicks. */

  function step(by) {
    var rows = seen();
    return rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(at) + by))];
  }

  var keys = {
    ArrowDown: function () { focus(step(1)); },
    ArrowUp: function () { focus(step(-1)); },
    PageDown: function () { focus(step(10)); },
    PageUp: function () { focus(step(-10)); },
    Home: function () { focus(root); },
    End: function () { focus(step(Infinity)); },
    ArrowRight: function () { if (opens(at) && !at.shown.length) toggle(at); else if (opens(at)) focus(at.shown[0]); },
    ArrowLeft: function () { if (at.shown.length) toggle(at); else focus(at.up); },
    Enter: function () { if (begat.served && isModel(at)) location.href = address(at.id); else toggle(at); },
    e: function () { toggle(at); },
    " ": function () { toggle(at); },
    p: function () { tell(at); },
    Escape: function () { escape(); }
  };

  function escape() {
    if (!words.length) return;
    if (at.up) path(at);
    search("");
    keep();
    if (document.activeElement !== field) focus(at);
  }

  body.addEventListener("keydown", function (event) {
    if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey || !event.target.row) return;
    event.preventDefault();
    at = event.target.row;
    keys[event.key]();
  });

  body.addEventListener("click", function (event) {
    var tr = event.target.closest("tr"), row = tr && tr.row;
    if (!row || event.target.closest("a") || String(getSelection())) return;
    at = row;
    toggle(row);
    if (row.element.isConnected) focus(row);
  });

  field.addEventListener("input", function () {
    search(field.value);
    keep();
  });

  field.addEventListener("keydown", function (event) {
    if (event.key === "Escape") escape();
    if (event.key !== "Enter" || !found.length) return;
    event.preventDefault();
    focus(found[(found.indexOf(at) + 1) % found.length]);
  });

  document.querySelector("main").addEventListener("click", function (event) {
    var item = event.target.closest("[data-by], [data-only], [data-all], rect[data-relation]");
    if (!item) return;
    if (item.dataset.by) regroup(item.dataset.by);
    else if (item.hasAttribute("data-all")) openAll(item.dataset.all);
    else {
      var relation = item.dataset.only || item.dataset.relation;
      filter(relation === only ? "" : relation);
      keep();
    }
  });

  addEventListener("hashchange", restore);

  Object.assign(begat.outline, { drawing: drawing, loads: loads, make: make, seen: seen, segments: segments, value: value });

  begat.start(function () {
    restore();
    table.hidden = false;
  });
})();
