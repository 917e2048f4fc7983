/* Rows of a tree: reading them from what is packed, and what they are called. */
begat.outline = (function () {
  "use strict";
  var data = begat.data, say = begat.say, number = begat.number;
  var KINDS = ["model", "group", "folded"], GROUPS = { "(release)": "release", "(direct)": null, "(unknown)": null };
  var DEEPEST = 12;

  /* Reading what is packed. */

  function figures(row, accounts, below, unknown, releases, flat) {
    row.by_relation = {};
    row.here = 0;
    for (var place = 0; place < flat.length; place += 2) {
      if (flat[place + 1]) row.by_relation[data.names[flat[place]]] = flat[place + 1];
      row.here += flat[place + 1];
    }
    row.accounts = accounts;
    row.downloads_below = below;
    row.downloads_unknown = unknown;
    row.releases = releases;
    if (row.descendants !== null) row.descendants = row.here + row.elsewhere;
    return row;
  }

  function named(place) { return place === null ? null : data.names[place]; }

  function model(entry, up) {
    var home = up && homeOf(up), below = entry.length > 7 ? entry.slice(7) : [0, 0, 0, 0, 0, 0];
    var parents = entry[6] === 0 ? [home.id] : entry[6].map(function (parent) {
      return typeof parent === "number" ? data.models[parent][0] : parent;
    });
    return figures({
      id: entry[0], kind: KINDS[entry[1]] || entry[1], relation: named(entry[2]), licence: named(entry[3]),
      downloads: entry[4], licence_changed: Boolean(entry[5] & 1), listed: !(entry[5] & 2), parents: parents,
      members: below[0], elsewhere: below[1], group: null
    }, below[2], below[3], below[4], below[5], below.slice(6));
  }

  function sum(entry, up, by) {
    var key = named(entry[2]), group = key in GROUPS ? GROUPS[key] : key;
    var flat = entry.length > 8 ? entry.slice(8) : [entry[2], entry[3]];
    return figures({
      id: homeOf(up).id, kind: KINDS[Math.min(entry[1], 2)], key: key, offset: Math.max(entry[1] - 2, 0), relation: by === "relation" && data.relations[group] ? group : null,
      licence: null, downloads: null, licence_changed: false, listed: true, parents: [], members: entry[3],
      descendants: null, elsewhere: null, group: group
    }, entry[4], entry[5], entry[6], entry[7], flat);
  }

  function isModel(row) { return row.kind === "model" || row.kind === "release"; }

  /* Whether a row stands for siblings, and not for a node of the tree. */
  function gathers(row) { return row.kind === "group" || row.kind === "folded"; }

  function homeOf(row) {
    while (gathers(row)) row = row.up;
    return row;
  }

  function placed(row, up, depth) {
    row.up = up;
    row.depth = depth;
    row.children = [];
    row.mark = mark(!gathers(row) ? row.id : row.kind + "\n" + row.id + "\n" + row.group);
    return row;
  }

  /* A short name of a row that stays when other rows come and go. */
  function mark(text) {
    var hash = 2166136261;
    for (var place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 16777619);
    return (hash >>> 0).toString(36);
  }

  function unpacked(by) {
    var path = [];
    data.trees[by].forEach(function (entry) {
      var depth = entry[0], up = path[depth - 1];
      var row = entry.length === 2 ? model(data.models[entry[1]], up) : sum(entry, up, by);
      path.length = depth;
      path.push(placed(row, up || null, depth));
      if (up) up.children.push(row);
    });
    return path[0];
  }

  function all(root) {
    var rows = [], stack = [root];
    while (stack.length) {
      var next = stack.pop();
      rows.push(next);
      for (var place = next.children.length - 1; place >= 0; place -= 1) stack.push(next.children[place]);
    }
    return rows;
  }

  /* Words. */

  function clean(text) { return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\ufffd"); }

  function counted(key, count) { return say(key + (count === 1 ? "_one" : "_many"), { count: number(count) }); }

  function relationName(name) { return data.relations[name][0]; }

  function relationClass(name) { return name ? data.relations[name][1] : ""; }

  function licenceName(text) { return clean((text || "").replace(/LicenseRef-/g, "")); }

  function short(value) {
    if (value === null) return say("unknown", {});
    var units = ["", "k", "M", "G", "T"], place = 0;
    while (value >= 999.5 && place < 4) { value /= 1000; place += 1; }
    return (units[place] && value < 99.95 ? value.toFixed(1) : value.toFixed(0)) + units[place];
  }

  function country(code) {
    try {
      return new Intl.DisplayNames([document.documentElement.lang], { type: "region" }).of(code) || code;
    } catch (error) { return code; }
  }

  function groupName(row) {
    if (row.group === null) return say("no_" + data.head.group_by, {});
    var by = data.head.group_by;
    if (by === "account") return row.group.replace(/^huggingface:/, "");
    if (by === "institution") return data.institutions[row.group] || row.group;
    return by === "country" ? country(row.group) : licenceName(row.group);
  }

  /* Houses and families are called by what they are known as, models by their id. */
  function called(id) { return clean(data.called[id] || id); }

  function title(row) {
    if (!gathers(row)) return called(row.id);
    if (row.kind === "folded") {
      var first = !row.up || row.up.children[0] === row;
      if (row.group === "release") return counted(first ? "releases" : "more_releases", row.members);
      return counted(first ? "models" : "more", row.members);
    }
    if (row.relation) return counted("kin_" + row.relation.replace(/-/g, "_"), row.members);
    return say("group", { name: clean(groupName(row)), models: counted("models", row.members) });
  }

  function remarks(row) {
    if (!isModel(row) && !gathers(row) && row.releases) return [counted("releases", row.releases)];
    if (!isModel(row) || !row.up) return [];
    var grouped = row.up.kind === "group" && row.up.relation;
    return [
      row.kind === "release" ? say("release", {}) : row.relation && !grouped ? relationName(row.relation) : "",
      row.listed ? "" : say("unlisted", {}),
      row.depth > DEEPEST ? say("level", { level: row.depth + 1 }) : ""
    ].filter(Boolean);
  }

  function percent(part, whole) { return 200 * part >= whole ? Math.round(100 * part / whole) + "%" : "<1%"; }

  function mix(row) {
    var names = Object.keys(row.by_relation).sort(function (a, b) { return row.by_relation[b] - row.by_relation[a]; });
    return names.map(function (name) { return percent(row.by_relation[name], row.here) + " " + relationName(name); }).join(", ");
  }

  /* What the licence of a model changes in law against that of the model above, gravest first. */
  function effects(row) {
    var above = row.up && homeOf(row.up).licence;
    var pair = row.licence_changed && data.effects.find(function (item) { return item[0] === above && item[1] === row.licence; });
    return pair ? pair[2].map(function (name) { return say("effect_" + name.replace(/-/g, "_"), {}); }) : [];
  }

  return {
    DEEPEST: DEEPEST, all: all, called: called, clean: clean, counted: counted, effects: effects, gathers: gathers, homeOf: homeOf, isModel: isModel, licenceName: licenceName, mix: mix, percent: percent, placed: placed, relationClass: relationClass, relationName: relationName, remarks: remarks, short: short, title: title, unpacked: unpacked
  };
})();
