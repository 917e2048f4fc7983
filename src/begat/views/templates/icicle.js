/* Draws the blocks that the page brings along, for the part that is looked at and the room there is. */
begat.start(function () {
  "use strict";
  var NS = "http://www.w3.org/2000/svg";
  var TWO_LINES = 44, THREE_LINES = 58;
  var svg = document.querySelector("[data-icicle] svg");
  var crumbs = document.querySelector("[data-crumbs]");
  var lines = document.querySelectorAll(".twin tbody tr");
  var things = begat.data.things, zooms = begat.data.zooms;
  var ofRow = new Map(zooms.map(function (zoom) { return [zoom.row, zoom]; }));
  var ofKey = new Map(zooms.map(function (zoom) { return [zoom.key, zoom]; }));
  var ofThing = new Map(zooms.map(function (zoom) { return [zoom.blocks[0][0], zoom]; }));
  var zoom = ofKey.get(begat.parameters().get("at")) || zooms[0];
  var width = 0;

  function add(parent, name, attributes, text) {
    var made = parent.appendChild(document.createElementNS(NS, name));
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) made.textContent = text;
    return made;
  }

  var pen = document.createElement("canvas").getContext("2d");
  var family = getComputedStyle(svg).fontFamily;

  function wide(text, size, weight) {
    pen.font = (weight || 400) + " " + size + "px " + family;
    return pen.measureText(text).width;
  }

  function cut(text, room, size, weight) {
    if (wide(text, size, weight) <= room) return text;
    var signs = Array.from(text), low = 0, high = signs.length;
    while (low < high) {
      var middle = Math.ceil((low + high) / 2);
      if (wide(signs.slice(0, middle).join("") + "…", size, weight) <= room) low = middle;
      else high = middle - 1;
    }
    return signs.slice(0, low).join("").trimEnd() + "…";
  }

  /* A name that has no room loses what is before its slash first. */
  function fitting(name, room) {
    return wide(name, 13, 600) <= room ? name : cut(name.slice(name.lastIndexOf("/") + 1), room, 13, 600);
  }

  /* Where things stand, by the width of the picture and the columns that are used. */
  function shape(blocks) {
    var of = width >= 1000 ? [40, 220, 288, 4] : width >= 620 ? [32, 140, 150, 3] : [24, 72, 30, 2];
    var used = Math.max(Math.min(of[3], Math.max.apply(null, blocks.map(function (block) { return block[1]; }))), 1);
    return { root: of[0], bar: of[1], bars: width - of[1] - 8, columns: of[3], column: Math.min((width - of[0] - of[1] - of[2]) / used, 240) };
  }

  function middle(block) { return block[2] + (block[3] - 1.5) / 2 + 4.5; }

  function box(parent, left, top, w, h, look) {
    add(parent, "rect", { "class": look, x: left, y: top, width: Math.max(w - 1.5, 1), height: Math.max(h - 1.5, 1) });
  }

  function line(parent, left, y, name, number, more) {
    var text = add(parent, "text", { "class": "name", x: left + 8, y: y }, name);
    if (number) add(text, "tspan", { "class": "number", dx: 6 }, number);
    if (more) add(text, "tspan", { "class": "more", dx: 12 }, more);
  }

  function label(parent, block, thing, left, room) {
    var at = middle(block), slash = thing[0].lastIndexOf("/") + 1;
    var account = thing[0].slice(0, slash), own = thing[0].slice(slash), beside = room - (thing[1] ? wide(thing[1], 13) + 6 : 0);
    function put(text, look, down) { add(parent, "text", { "class": look, x: left + 8, y: at + down }, text); }
    if (block[3] >= THREE_LINES && slash && thing[1]) {
      put(cut(account, room, 12), "account", -19);
      put(cut(own, room, 13, 600), "name", 0);
      put(thing[1], "number large", 20);
    } else if (block[3] >= TWO_LINES && slash && wide(thing[0], 13, 600) > room) {
      put(cut(account, room, 12), "account", -8);
      line(parent, left, at + 9, cut(own, beside, 13, 600), thing[1]);
    } else if (block[3] >= TWO_LINES && thing[1]) {
      put(cut(thing[0], room, 13, 600), "name", -8);
      put(thing[1], "number large", 11);
    } else line(parent, left, at, fitting(thing[0], beside), thing[1]);
  }

  /* All of a block that has the room to the right edge, or to its bar. */
  function whole(parent, block, thing, left, form) {
    var room = (thing[5].length ? form.bars : width) - left - 24 - (thing[1] ? wide(thing[1], 13, 600) + 6 : 0);
    var name = fitting(thing[0], room), rest = room - wide(name, 13, 600) - 12;
    line(parent, left, middle(block), name, thing[1], rest > 60 ? cut(thing[2], rest, 12) : "");
  }

  function upright(parent, block, thing, room) {
    var name = cut(thing[0], block[3] - 30 - wide(thing[1], 15, 650), 15, 650);
    var text = add(parent, "text", { "class": "root", transform: "translate(" + (room / 2 + 5) + " " + (block[2] + block[3] / 2) + ") rotate(-90)" }, name);
    add(text, "tspan", { "class": "number", dx: 8 }, thing[1]);
  }

  function bar(parent, block, thing, form) {
    var at = form.bars, total = thing[5].reduce(function (sum, part) { return sum + part[1]; }, 0);
    thing[5].forEach(function (part) {
      var length = form.bar * part[1] / total;
      add(parent, "rect", { "class": "part " + part[0], x: at, y: middle(block) - 10, width: length, height: 11 });
      at += length;
    });
  }

  function paint(group, block, opened, form) {
    var thing = things[block[0]], left = block[1] ? form.root + (block[1] - 1) * form.column : 0;
    var right = form.root + block[1] * form.column, alone = block[1] && !opened && (thing[4] === "rest" || !thing[5].length);
    add(group, "title", {}, thing[3]);
    box(group, left, block[2], (alone ? width : right) - left, block[3], "box");
    if (!block[1]) upright(group, block, thing, form.root);
    else if (alone) whole(group, block, thing, left, form);
    else label(group, block, thing, left, form.column - 16);
    if (!opened && !alone) {
      var room = form.bars - right - 20;
      box(group, right, block[2], width - right, block[3], "tail");
      if (room > 60) add(group, "text", { "class": "more", x: right + 8, y: middle(block) }, cut(thing[2], room, 12));
    }
    if (!opened) bar(group, block, thing, form);
  }

  function draw() {
    width = Math.round(svg.parentNode.clientWidth) || width;
    var form = shape(zoom.blocks);
    var blocks = zoom.blocks.filter(function (block) { return block[1] <= form.columns; });
    svg.textContent = "";
    add(svg, "text", { "class": "heading", x: 2, y: -7 }, begat.data.words.heights);
    svg.setAttribute("viewBox", "0 -20 " + width + " " + (blocks[0][3] + 20));
    blocks.forEach(function (block, place) {
      var thing = things[block[0]];
      var group = add(svg, "g", {
        "class": "block " + thing[4], role: "treeitem", tabindex: place ? -1 : 0, "aria-level": block[1] + 1, "aria-label": thing[3]
      });
      group.block = block;
      if (place ? ofThing.has(block[0]) || page(thing) : zoom.up >= 0) group.classList.add("opens");
      paint(group, block, place + 1 < blocks.length && blocks[place + 1][1] > block[1], form);
    });
    if (svg.querySelector(".part")) add(svg, "text", { "class": "heading", x: form.bars, y: -7 }, begat.data.words.bars);
    path();
  }

  /* The link to a model's own page, which the table has in the explorer. */
  function page(thing) {
    return thing[6] === null ? null : lines[thing[6]].querySelector("a");
  }

  /* The way from the root to what is looked at; in the explorer with the model's own page at its end. */
  function path() {
    var way = [];
    for (var at = zoom; at; at = ofRow.get(at.up)) way.unshift(at);
    crumbs.textContent = "";
    if (way.length < 2) return;
    way.forEach(function (step, place) {
      var last = place === way.length - 1;
      var part = crumbs.appendChild(document.createElement(last ? "b" : "button"));
      part.textContent = things[step.blocks[0][0]][0];
      if (last) part.setAttribute("aria-current", "location");
      else {
        part.type = "button";
        part.addEventListener("click", function () { show(step); });
        crumbs.appendChild(document.createTextNode("›"));
      }
    });
    var own = page(things[zoom.blocks[0][0]]);
    if (own) {
      var link = crumbs.appendChild(document.createElement("a"));
      link.href = own.href;
      link.textContent = begat.data.words.open;
    }
  }

  function first() { return svg.querySelector("g.block"); }

  function show(other) {
    if (!other) return;
    zoom = other;
    begat.keep({ at: zoom.up < 0 ? null : zoom.key });
    draw();
    first().focus();
    begat.status(begat.say("zoomed", { name: things[zoom.blocks[0][0]][0] }));
  }

  /* Enlarges a block; one that has nothing to enlarge is left for the model's own page, where there is one. */
  function enter(group) {
    var inner = ofThing.get(group.block[0]), own = page(things[group.block[0]]);
    if (group === first()) show(ofRow.get(zoom.up));
    else if (inner) show(inner);
    else if (own) own.click();
  }

  var MOVES = {
    ArrowDown: function (groups, at) { return groups.slice(at + 1).find(function (group) { return group.block[1] === groups[at].block[1]; }); },
    ArrowUp: function (groups, at) { return groups.slice(0, at).reverse().find(function (group) { return group.block[1] === groups[at].block[1]; }); },
    ArrowRight: function (groups, at) { return groups[at + 1] && groups[at + 1].block[1] > groups[at].block[1] ? groups[at + 1] : null; },
    ArrowLeft: function (groups, at) { return groups.slice(0, at).reverse().find(function (group) { return group.block[1] < groups[at].block[1]; }); },
    Home: function (groups) { return groups[0]; },
    End: function (groups) { return groups[groups.length - 1]; }
  };

  svg.addEventListener("click", function (event) {
    var group = event.target.closest("g.opens");
    if (group) enter(group);
  });

  svg.addEventListener("keydown", function (event) {
    var group = event.target.closest("g.block"), groups = Array.from(svg.querySelectorAll("g.block"));
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") enter(group);
    else if (event.key === "Escape") show(ofRow.get(zoom.up));
    else if (MOVES[event.key]) {
      var to = MOVES[event.key](groups, groups.indexOf(group));
      if (to) {
        group.setAttribute("tabindex", -1);
        to.setAttribute("tabindex", 0);
        to.focus();
      }
    } else return;
    event.preventDefault();
  });

  addEventListener("resize", function () {
    if (Math.round(svg.parentNode.clientWidth) !== width) draw();
  });
  addEventListener("hashchange", function () {
    zoom = ofKey.get(begat.parameters().get("at")) || zooms[0];
    draw();
  });
  svg.setAttribute("role", "tree");
  svg.setAttribute("aria-describedby", "keys");
  draw();
});
