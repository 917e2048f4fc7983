/* The vendored editor and table in place of the plain form; the query is kept in the address. */
begat.start(function () {
  "use strict";
  var plain = document.querySelector(".plain"), text = document.getElementById("query");
  var place = document.getElementById("editor"), answer = document.getElementById("answer"), note = document.getElementById("note");
  place.hidden = false;
  var editor = new Yasgui.Yasqe(place, {
    persistenceId: null, value: text.value, autocompleters: ["prefixes", "variables"], prefixCcApi: null,
    createShareableLink: null, pluginButtons: null, resizeable: true, editorHeight: "340px",
    requestConfig: { endpoint: location.origin + "/sparql", method: "POST" }
  });
  plain.hidden = true;
  editor.getInputField().setAttribute("aria-label", begat.data.words.editor);
  var table = new Yasgui.Yasr(answer, { persistenceId: null, prefixes: function () { return editor.getPrefixesFromQuery(); } });

  editor.on("change", function () {
    if (editor.getValue() !== text.value) begat.keep({ query: editor.getValue(), named: null });
  });
  editor.on("queryResponse", function (_, response, duration) {
    answer.hidden = false;
    table.setResponse(response, duration);
    var cut = response.headers && response.headers.get && response.headers.get("begat-truncated");
    note.textContent = cut ? begat.data.words.cut : "";
  });
  if (begat.data.runs) editor.query().catch(function (error) { note.textContent = begat.say("failed", { what: error.message || error }); });
});
