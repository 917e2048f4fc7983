/* Switches between the drawings of the page, and says the numbers of the month that is pointed at. */
begat.start(function () {
  "use strict";
  var reading = document.querySelector("[data-reading]");
  if (!reading) return;
  var usual = {}, rest = reading.textContent;
  document.querySelectorAll("[data-switch][aria-pressed=true]").forEach(function (button) { usual[button.dataset.switch] = button.value; });

  function choose(name, value) {
    document.querySelectorAll("[data-switch=" + name + "]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === value));
    });
    document.querySelectorAll("[data-" + name + "]").forEach(function (part) { part.hidden = part.dataset[name] !== value; });
  }

  function restore() {
    Object.keys(usual).forEach(function (name) {
      var wanted = begat.parameters().get(name);
      var known = Array.from(document.querySelectorAll("[data-switch=" + name + "]"), function (button) { return button.value; });
      choose(name, known.indexOf(wanted) < 0 ? usual[name] : wanted);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-switch]");
    if (!button) return;
    var name = button.dataset.switch, change = {};
    choose(name, button.value);
    change[name] = button.value === usual[name] ? null : button.value;
    begat.keep(change);
  });

  /* One stop for the tab key in each drawing; arrows move between its months or makers. */
  document.querySelectorAll("svg.timeline").forEach(function (svg) {
    var groups = Array.from(svg.querySelectorAll("g.month, g.maker"));
    groups.forEach(function (group, place) {
      group.setAttribute("role", "img");
      group.setAttribute("aria-label", group.querySelector("title").textContent);
      group.setAttribute("tabindex", place ? -1 : 0);
    });
    svg.addEventListener("keydown", function (event) {
      var at = groups.indexOf(event.target), last = groups.length - 1;
      var to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
      if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (to < 0 || to > last) return;
      groups[at].setAttribute("tabindex", -1);
      groups[to].setAttribute("tabindex", 0);
      groups[to].focus();
    });
  });

  function tell(event) {
    var group = event.target.closest && event.target.closest("g.month, g.release");
    if (group) reading.textContent = group.querySelector("title").textContent;
  }
  document.addEventListener("mouseover", tell);
  document.addEventListener("focusin", tell);
  document.addEventListener("focusout", function () { reading.textContent = rest; });

  begat.own.picture = function () {
    return Array.from(document.querySelectorAll("[data-by]:not([hidden]) svg")).find(function (svg) { return getComputedStyle(svg).display !== "none"; });
  };
  addEventListener("hashchange", restore);
  restore();
});
