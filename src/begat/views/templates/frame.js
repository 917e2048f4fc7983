/* What every page does: its data, its state in the address, saving as a file, keys. */
var begat = (function () {
  "use strict";
  var root = document.documentElement;
  var served = root.hasAttribute("data-served");
  root.classList.add("js");

  var data = JSON.parse((document.getElementById("data") || { textContent: "{}" }).textContent);

  /* Text with words in braces filled in. */
  function say(key, values) {
    return data.words[key].replace(/\{(\w+)\}/g, function (_, name) { return String(values[name]); });
  }

  function number(value) { return value.toLocaleString("en-US"); }

  /* The state of a page: in the query of a served page, in the fragment of a file. */
  function parameters() {
    return new URLSearchParams(served ? location.search : location.hash.slice(1));
  }

  function keep(changes) {
    var now = parameters();
    Object.keys(changes).forEach(function (name) {
      if (changes[name] === null || changes[name] === "") now.delete(name);
      else now.set(name, changes[name]);
    });
    var text = now.toString();
    var address = served ? location.pathname + (text ? "?" + text : "") : "#" + text;
    if (address !== (served ? location.pathname + location.search : location.hash || "#")) history.replaceState(null, "", address);
    document.querySelectorAll("a[data-twin]").forEach(function (link) {
      now.set("format", link.dataset.twin);
      link.href = "?" + now;
    });
  }

  /* Saving. */
  function name(suffix) {
    return document.title.replace(/ · begat$/, "").replace(/[^\p{L}\p{N}.-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 80) + "." + suffix;
  }

  function save(blob, suffix) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name(suffix);
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function cell(value) {
    if (value === null || value === undefined) return "";
    var text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (typeof value === "string" && /^ *[=+\-@\t\r\0]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function rows() {
    return data.rows.map(function (row) {
      return Object.fromEntries(data.columns.map(function (column, place) { return [column, row[place]]; }));
    });
  }

  /* A picture of the page with its colours written into it, as text of an SVG file. */
  var LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "stroke-opacity", "opacity",
    "font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "display"];

  function drawn(svg) {
    var copy = svg.cloneNode(true);
    var from = [svg].concat(Array.from(svg.querySelectorAll("*")));
    var to = [copy].concat(Array.from(copy.querySelectorAll("*")));
    from.forEach(function (element, place) {
      var look = getComputedStyle(element);
      LOOKS.forEach(function (key) { to[place].setAttribute(key, look.getPropertyValue(key)); });
      to[place].removeAttribute("class");
    });
    copy.querySelectorAll("a").forEach(function (link) { link.replaceWith.apply(link, Array.from(link.childNodes)); });
    var box = svg.viewBox.baseVal;
    var size = box && box.width ? [box.width, box.height] : [svg.clientWidth, svg.clientHeight];
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", size[0]);
    copy.setAttribute("height", size[1]);
    var ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("x", box && box.width ? box.x : 0);
    ground.setAttribute("y", box && box.width ? box.y : 0);
    ground.setAttribute("width", size[0]);
    ground.setAttribute("height", size[1]);
    ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
    copy.insertBefore(ground, copy.firstChild);
    return { text: new XMLSerializer().serializeToString(copy), width: size[0], height: size[1] };
  }

  function png(picture) {
    var scale = Math.min(2, 8000 / picture.width, 8000 / picture.height);
    var image = new Image();
    image.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { save(blob, "png"); });
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture.text);
  }

  /* A view whose picture is made for saving only sets `begat.picture` to a function that returns an SVG element. */
  var own = { picture: function () { return document.querySelector("svg[data-picture]"); } };

  function status(text) {
    document.querySelectorAll("[data-status]").forEach(function (place) { place.textContent = text; });
  }

  var tools = {
    link: function () {
      var done = function () { status(data.words.copied); };
      if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(done, function () { prompt("", location.href); });
      else prompt("", location.href);
    },
    svg: function () { save(new Blob([drawn(own.picture()).text], { type: "image/svg+xml" }), "svg"); },
    png: function () { png(drawn(own.picture())); },
    csv: function () {
      var lines = [data.columns].concat(data.rows).map(function (row) { return row.map(cell).join(",") + "\r\n"; });
      save(new Blob(["\ufeff"].concat(lines), { type: "text/csv" }), "csv");
    },
    json: function () {
      save(new Blob([JSON.stringify({ head: data.head, rows: rows() }, null, 1)], { type: "application/json" }), "json");
    }
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-tool]");
    if (button) tools[button.dataset.tool]();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    var field = document.querySelector("main [data-search]") || document.querySelector("[data-search]");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  });

  /* Runs when the page is read, and marks it as ready when two frames are drawn. */
  function start(begin) {
    var go = function () { begin(); };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", go);
    else go();
  }

  start(function () {
    requestAnimationFrame(function () { requestAnimationFrame(function () { root.setAttribute("data-ready", ""); }); });
  });

  return { data: data, keep: keep, number: number, own: own, parameters: parameters, rows: rows, say: say, served: served, start: start, status: status, tools: tools };
})();
