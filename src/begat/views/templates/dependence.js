/* Sorting the matrix, and the list of narrow screens with it. */
begat.start(function () {
  "use strict";
  var table = document.getElementById("matrix");
  if (!table) return;
  var lists = [table.tBodies[0], document.querySelector(".narrow")];
  var KEYS = ["models", "share", "effective"];

  function sort(key) {
    /* Few effective suppliers are the finding; none at all stand last. */
    var sign = key === "effective" ? 1 : -1;
    lists.forEach(function (list) {
      var order = Array.from(list.children).map(function (item) {
        var value = Number(item.dataset[key]);
        return [value < 0 ? Infinity : sign * value, item];
      });
      order.sort(function (a, b) { return a[0] === b[0] ? 0 : a[0] < b[0] ? -1 : 1; });
      order.forEach(function (pair) { list.appendChild(pair[1]); });
    });
    table.querySelectorAll("th[data-sort]").forEach(function (head) {
      if (head.dataset.sort === key) head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    begat.keep({ sort: key });
  }

  table.tHead.addEventListener("click", function (event) {
    var button = event.target.closest(".sort");
    if (!button) return;
    sort(button.closest("th").dataset.sort);
    begat.status(begat.say("sorted", { what: button.textContent }));
  });

  function restore() {
    var asked = begat.parameters().get("sort");
    if (KEYS.indexOf(asked) >= 0) sort(asked);
  }
  window.addEventListener("hashchange", restore);
  restore();
});
