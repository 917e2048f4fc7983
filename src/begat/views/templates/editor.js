/* The vendored editor and table in place of the plain form; the query is kept in the address. */
begat.start(function () {
  "use strict";
  var plain = document.querySelector(".plain"), text = document.getElementById("query");
  var place = document.getElementById("editor"), answer = document.getElementById("answer"), note = document.getElementById("note");
  place.hidden = false;
  Yasgui.Yasqe.defaults.autocompleters = ["variables"];  /* the others keep lists in the browser or ask for them */
  var editor = new Yasgui.Yasqe(place, {
    persistenceId: null, value: text.value, prefixCcApi: null,
    createShareableLink: null, pluginButtons: null, resizeable: true, editorHeight: "340px",
    requestConfig: { endpoint: location.origin + "/sparql", method: "POST" }
  });
  plain.hidden = true;
  editor.getInputField().setAttribute("aria-label", begat.data.words.editor);
  place.querySelector(".CodeMirror-scroll").tabIndex = 0;
  var table = new Yasgui.Yasr(answer, { persistenceId: null, prefixes: function () { return editor.getPrefixesFromQuery(); } });

  /* The table's own fields have no names for screen readers. */
  function label() {
    answer.querySelectorAll(".tableSizer").forEach(function (field) { field.setAttribute("aria-label", begat.data.words.rows); });
  }

  table.on("drawn", label);
  editor.on("change", function () {
    if (editor.getValue() === text.value) return;
    var changes = {};
    begat.parameters().forEach(function (_, name) { if (name !== "lang") changes[name] = null; });
    changes.query = editor.getValue();
    begat.keep(changes);
  });
  editor.on("queryResponse", function (_, response, duration) {
    answer.hidden = false;
    table.setResponse(response, duration);
    label();
    var cut = response.headers && response.headers.get && response.headers.get("begat-truncated");
    note.textContent = cut ? begat.data.words.cut : "";
  });
  if (begat.data.runs) editor.query().catch(function (error) { note.textContent = begat.say("failed", { what: error.message || error }); });
});
