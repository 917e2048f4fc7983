/* The ranking by weights of the reader's own: the rule of `begat.influence.scoring.overall`, in the page. */
begat.start(function () {
  "use strict";
  var section = document.getElementById("own-weights");
  if (!section) return;
  var data = begat.data, rule = data.rule, rows = begat.rows();
  var names = Object.keys(data.dimensions);
  var sliders = names.map(function (name) { return section.querySelector('[data-dimension="' + name + '"]'); });
  var first = sliders.map(function (slider) { return slider.value; });
  var result = document.getElementById("own-result"), said = document.getElementById("own-said");
  var reset = document.getElementById("own-reset"), table = document.getElementById("ranking");
  var digits = Math.pow(10, rule.digits);

  /* The overall score of a row; null where a dimension with a weight has none. */
  function score(row, weights) {
    var needed = names.filter(function (name) { return weights[name] > 0; });
    if (!needed.length || needed.some(function (name) { return row[name] === null; })) return null;
    function mean(term) {
      return needed.reduce(function (sum, name) { return sum + weights[name] * term(name); }, 0);
    }
    if (rule.aggregation === "rank-discounted") {
      return mean(function (name) { return 1 / Math.log2(row[name + "_rank"] + 1); });
    }
    if (rule.exponent === 0) {
      return Math.exp(mean(function (name) { return Math.log(Math.max(row[name], rule.floor)); }));
    }
    var least = rule.exponent > 0 ? 0 : rule.floor;
    return Math.pow(mean(function (name) { return Math.pow(Math.max(row[name], least), rule.exponent); }), 1 / rule.exponent);
  }

  /* Ranks, 1 for the largest, equal scores alike; after a tie one more (dense), else one more than all before. */
  function ranks(scores, dense) {
    var rounded = scores.map(function (value) { return value === null ? null : Math.round(value * digits); });
    var known = rounded.filter(function (value) { return value !== null; }).sort(function (a, b) { return b - a; });
    var steps = dense ? Array.from(new Set(known)) : known, place = new Map();
    steps.forEach(function (value, at) { if (!place.has(value)) place.set(value, at + 1); });
    return rounded.map(function (value) { return value === null ? null : place.get(value); });
  }

  /* Weights as parts of 1 by dimension, those of the method until a slider is moved; null if all are 0. */
  function weights() {
    if (sliders.every(function (slider, at) { return slider.value === first[at]; })) return data.dimensions;
    var sum = sliders.reduce(function (all, slider) { return all + Number(slider.value); }, 0);
    if (!sum) return null;
    return Object.fromEntries(names.map(function (name, at) { return [name, sliders[at].value / sum]; }));
  }

  /* What own weights make of every row: score, rank, and the move of those that the method ranks among each other. */
  function compared(chosen) {
    var scores = rows.map(function (row) { return score(row, chosen); });
    var listed = rows.map(function (row) { return row.rank !== null; });
    var own = ranks(scores, rule.aggregation === "rank-discounted");
    function among(values) { return ranks(values.map(function (value, at) { return listed[at] ? value : null; }), false); }
    var before = among(rows.map(function (row) { return score(row, data.dimensions); }));
    var now = among(scores);
    return rows.map(function (row, at) {
      var move = listed[at] && now[at] !== null ? before[at] - now[at] : null;
      var known = move !== null && row.low !== null && row.low !== undefined;
      return {
        row: row, name: data.names[at], score: scores[at], rank: own[at], move: move,
        beyond: known ? now[at] < row.low || now[at] > row.high : null
      };
    }).filter(function (item) { return item.rank !== null || item.row.rank !== null; })
      .sort(function (a, b) { return (a.rank === null) - (b.rank === null) || a.rank - b.rank; });
  }

  function line(item) {
    var row = document.createElement("tr"), was = item.row.rank, words = data.words;
    var verdict = was === null ? words.entered : item.beyond === null ? words.unknown : item.beyond ? words.beyond : words.within;
    var move = item.move === null ? "–" : item.move === 0 ? "0" : (item.move > 0 ? "▲ " : "▼ ") + Math.abs(item.move);
    var between = item.beyond === null ? "–" : item.row.low + "–" + item.row.high;
    [item.rank, was, move, item.name, item.score === null ? null : item.score.toFixed(3), between, verdict].forEach(function (text, at) {
      var cell = document.createElement(at === 3 ? "th" : "td");
      if (at === 3) cell.scope = "row";
      else if (at < 6) cell.className = "number";
      cell.textContent = text === null ? "–" : text;
      row.append(cell);
    });
    row.classList.toggle("beyond", item.beyond === true);
    return row;
  }

  function summary(items) {
    var method = items.filter(function (item) { return item.row.rank !== null; });
    var values = {
      count: method.length,
      moved: method.filter(function (item) { return item.move !== 0; }).length,
      beyond: method.filter(function (item) { return item.beyond; }).length
    };
    var text = begat.say(method.some(function (item) { return item.beyond !== null; }) ? "own_changed" : "own_moved", values);
    var entered = items.length - method.length;
    return entered ? text + " " + begat.say("own_entered", { count: entered }) : text;
  }

  function draw() {
    var chosen = weights(), own = chosen !== data.dimensions;
    sliders.forEach(function (slider, at) {
      var share = chosen ? Math.round(100 * chosen[names[at]]) + "%" : "0%";
      slider.setAttribute("aria-valuetext", share);
      slider.parentNode.querySelector("output").textContent = share;
    });
    var items = own && chosen ? compared(chosen) : [];
    result.hidden = !items.length;
    if (table) table.hidden = own;
    reset.disabled = !own;
    said.textContent = !own ? "" : chosen ? summary(items) : data.words.own_none;
    result.querySelector("tbody").replaceChildren.apply(result.querySelector("tbody"), items.map(line));
    return own;
  }

  function keep(own) {
    begat.keep({ w: own ? sliders.map(function (slider) { return slider.value; }).join(",") : null });
  }

  var asked = (begat.parameters().get("w") || "").split(",");
  if (asked.length === sliders.length && asked.every(function (text) { return /^\d{1,3}$/.test(text); })) {
    sliders.forEach(function (slider, at) { slider.value = asked[at]; });
  }
  section.hidden = false;
  section.addEventListener("input", function () { keep(draw()); });
  reset.addEventListener("click", function () {
    sliders.forEach(function (slider, at) { slider.value = first[at]; });
    keep(draw());
    sliders[0].focus();
  });
  draw();
});
