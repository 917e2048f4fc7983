/* What is seen of a tree as one drawing, to be saved. */
(function () {
  "use strict";
  var number = begat.number, say = begat.say, table = document.getElementById("tree");
  var {
    DEEPEST, drawing, effects, isModel, licenceName, loads, make, percent, relationClass, relationName, seen, segments,
    short, title, value
  } = begat.outline;

  var WIDE = 1160, LINE = 24, BARS = 476;

  function cut(text, room, font) {
    var ink = cut.ink = cut.ink || document.createElement("canvas").getContext("2d");
    ink.font = font + " " + getComputedStyle(document.body).fontFamily;
    if (ink.measureText(text).width <= room) return text;
    var signs = Array.from(text);
    while (signs.length && ink.measureText(signs.join("") + "…").width > room) signs.pop();
    return signs.join("") + "…";
  }

  function picture() {
    var rows = seen(), svg = drawing("svg", { "class": "shot" }), y = 42;
    function text(x, y, content, look) {
      var element = drawing("text", { x: x, y: y, "class": look || "" });
      element.textContent = content;
      svg.append(element);
    }
    function box(x, y, width, height, look) {
      svg.append(drawing("rect", { x: x.toFixed(2), y: y, width: Math.max(width, 0.1).toFixed(2), height: height, "class": look }));
    }
    text(24, y, cut(document.querySelector("h1").textContent, WIDE - 250, "700 24px"), "heading");
    text(WIDE - 24, y, document.querySelector(".as-of").textContent, "soft end");
    y += 28;
    text(24, y, headline(), "");
    y += 14;
    y = legend(text, box, y, rows[0]);
    heads(text, y + 30);
    box(24, y + 37, WIDE - 48, 1, "rule strong");
    y += 54;
    rows.forEach(function (row) {
      shot(row, y, text, box);
      y += LINE;
    });
    text(24, y + 12, document.querySelector("[data-counted]").textContent, "soft small");
    text(24, y + 30, say("source", { snapshot: begat.data.snapshot }) + " " + document.querySelector("[data-told]").textContent, "soft small");
    svg.setAttribute("viewBox", "0 0 " + WIDE + " " + (y + 48));
    return held(svg);
  }

  function headline() {
    return Array.from(document.querySelectorAll(".figures > div"), function (item) {
      return item.querySelector("dd").textContent + " " + item.querySelector("dt").firstChild.textContent.trim();
    }).join("   ·   ");
  }

  function legend(text, box, y, root) {
    var whole = root.here, start = 24, x = 24, names = Object.keys(root.by_relation);
    if (!whole) return y;
    names.forEach(function (name) {
      var length = (WIDE - 48) * root.by_relation[name] / whole;
      box(start, y, length, 18, relationClass(name));
      start += length;
    });
    names.forEach(function (name) {
      box(x, y + 30, 10, 10, relationClass(name));
      var content = relationName(name) + " " + percent(root.by_relation[name], whole);
      text(x + 16, y + 39, content, "small");
      x += 40 + content.length * 7.2;
    });
    return y + 46;
  }

  function heads(text, y) {
    var names = Array.from(table.tHead.querySelectorAll("th"), function (item) { return item.lastChild.textContent; });
    [[24, ""], [BARS, ""], [710, "end"], [780, "end"], [846, "end"], [916, "end"], [936, ""]].forEach(function (place, at) {
      text(place[0], y, names[at], "soft small " + place[1]);
    });
    text(916, y - 15, table.tHead.querySelector("small").textContent, "soft small end");
  }

  function shot(row, y, text, box) {
    var x = 24 + 18 * Math.min(row.depth, DEEPEST), look = row.kind === "release" || !row.up ? "bold" : row.kind === "folded" ? "soft italic" : "";
    if (row.relation) box(x, y - 9, 9, 9, relationClass(row.relation));
    if (row.relation) x += 15;
    text(x, y, cut(title(row), BARS - 14 - x, (look === "bold" ? "600" : "400") + " 13px"), look);
    segments(row).forEach(function (part) {
      if (row.here) box(BARS + part.start * 1.5, y - 10, part.length * 1.5, 11, relationClass(part.relation));
    });
    text(710, y, number(value(row)), value(row) ? "bold end" : "soft end");
    if (row.here) text(780, y, number(row.accounts), "end");
    if (isModel(row)) text(846, y, short(row.downloads), "end");
    text(916, y, loads(row).textContent, "end");
    var differs = row.licence_changed ? "≠ " : "", words = [differs + licenceName(row.licence)].concat(effects(row).slice(0, 1));
    text(936, y, cut(words.join(", "), WIDE - 960, "400 13px"), differs ? "changed" : "");
    box(24, y + 8, WIDE - 48, 1, "rule");
  }

  /* A drawing has colours only while it stands in the page. */
  function held(svg) {
    var holder = make("div", "visually-hidden");
    holder.setAttribute("aria-hidden", "true");
    holder.append(svg);
    document.body.append(holder);
    setTimeout(function () { holder.remove(); }, 0);
    return svg;
  }

  begat.own.picture = picture;
})();
