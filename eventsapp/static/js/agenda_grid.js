// The agenda as a grid, drawn by EventCalendar. All times are wall times in the event's zone, handled as if they were
// UTC, so that the zone of the browser never comes in. Every change goes to the server, which answers with the agenda
// as it is then; without this file the forms of the agenda's page do the same.
(() => {
  "use strict";

  const root = document.querySelector("[data-grid]");
  if (!root || !window.EventCalendar) return;
  const words = JSON.parse(root.dataset.words);
  const find = (selector) => root.querySelector(selector);
  const MINUTE = 60000;
  const NO_ROOM = "-";

  let state = JSON.parse(root.dataset.grid);
  let day = (state.days.find((each) => state.sessions.some((one) => one.starts_at.startsWith(each.on))) || state.days[0]).on;
  let extraRooms = [];
  let open = "";        // key of the session in the panel
  let waiting = null;   // a move by keyboard that is not sent yet: more keys may follow
  let sending = Promise.resolve();
  let again = null;
  const undos = [];
  const made = new Map(); // by key: the version that our own last change made, and that undoing it takes back

  // Time

  const number = (wall) => Date.parse(`${wall}:00Z`);
  const wall = (time) => new Date(time).toISOString().slice(0, 16);
  const shifted = (at, minutes) => wall(number(at) + minutes * MINUTE);
  const onDay = (session, on) => {
    const days = (Date.parse(`${on}T00:00Z`) - Date.parse(`${session.starts_at.slice(0, 10)}T00:00Z`)) / MINUTE;
    return { starts_at: shifted(session.starts_at, days), ends_at: shifted(session.ends_at, days) };
  };
  const clock = (at) => at.slice(11);

  // Columns: rooms, or as many as run side by side when no session has one

  const sessionOf = (key) => state.sessions.find((each) => each.key === key);
  const rooms = () => [...new Set([...state.sessions.map((each) => each.room).filter(Boolean), ...extraRooms])];

  const lanes = (sessions) => {
    const ends = [];
    const found = new Map();
    for (const each of [...sessions].sort((a, b) => number(a.starts_at) - number(b.starts_at))) {
      let lane = ends.findIndex((end) => end <= number(each.starts_at));
      if (lane < 0) lane = ends.length;
      ends[lane] = number(each.ends_at);
      found.set(each.key, `lane-${lane}`);
    }
    return found;
  };

  const columns = () => {
    const today = state.sessions.filter((each) => each.starts_at.startsWith(day));
    const named = rooms();
    if (named.length) {
      const loose = state.sessions.some((each) => !each.room);
      const list = named.map((room) => ({ id: `room-${room}`, title: room }));
      return { of: (each) => (each.room ? `room-${each.room}` : NO_ROOM), list: loose ? [{ id: NO_ROOM, title: words.no_room }, ...list] : list };
    }
    const found = lanes(today);
    const most = Math.max(1, new Set(found.values()).size);
    const list = Array.from({ length: most }, (_, at) => ({ id: `lane-${at}`, title: most > 1 ? `${words.parallel} ${at + 1}` : words.no_room }));
    return { of: (each) => found.get(each.key) || "lane-0", list };
  };
  const roomOf = (column, before) => (column.startsWith("room-") ? column.slice(5) : column === NO_ROOM ? "" : before);

  // Drawing

  // What EventCalendar hands out are dates of the browser's zone that show the same hands of the clock.
  const local = (date) => `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
  const minutesOf = (duration) => duration.days * 24 * 60 + duration.seconds / 60;

  const part = (name, text, lang) => {
    const element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    if (lang) element.lang = lang;
    return element;
  };

  // A button, so that it has the focus, a name and a click without further ado.
  const content = ({ event }) => {
    const session = sessionOf(event.id);
    if (!session) return { domNodes: [] };
    const moving = event.display === "preview";
    const long = number(session.ends_at) - number(session.starts_at) >= 45 * MINUTE;
    const times = moving ? [local(event.start), local(event.end)] : [clock(session.starts_at), clock(session.ends_at)];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "grid-session";
    if (!moving) button.dataset.key = session.key;
    button.append(
      part("grid-time", times.join("–")), " ", part("grid-title", session.title, session.lang), " ",
      part(long ? "grid-speakers" : "visually-hidden", session.speakers.join(", ")), " ",
      part("visually-hidden", [session.room, session.kind_words].filter(Boolean).join(", ")),
    );
    return { domNodes: [button] };
  };

  const elementOf = (key) => find(`.grid-session[data-key="${CSS.escape(key)}"]`);

  // EventCalendar calls itself a table, but its sessions lie above the cells, not in them.
  const tidy = () => {
    root.querySelectorAll(".ec[role], .ec [role=row], .ec [role=rowgroup], .ec [role=cell], .ec [role=columnheader]").forEach((each) => {
      ["role", "aria-colindex", "aria-colspan"].forEach((name) => each.removeAttribute(name));
    });
    root.querySelectorAll(".ec aside").forEach((each) => each.setAttribute("role", "presentation"));
    const main = find(".ec-main");
    main.tabIndex = 0;
    main.setAttribute("role", "group");
    main.setAttribute("aria-label", state.days.find((each) => each.on === day).words);
  };

  const calendar = EventCalendar.create(find(".grid-calendar"), {
    view: "resourceTimeGridDay",
    timeZone: "UTC",
    locale: document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang,
    date: day,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    nowIndicator: false,
    columnWidth: "minmax(10rem, 1fr)",
    slotDuration: "00:15:00",
    slotLabelInterval: "01:00:00",
    slotHeight: matchMedia("(max-width: 40rem)").matches ? 44 : 36,
    snapDuration: "00:05:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    slotMinTime: state.from,
    slotMaxTime: state.to,
    height: "max(72vh, 24rem)",
    slotEventOverlap: false,
    editable: true,
    selectable: false,
    eventLongPressDelay: 400,
    eventContent: content,
    eventDragStart: () => { dragged = true; },
    eventResizeStart: () => { dragged = true; },
    eventDragStop: ({ event, jsEvent }) => {
      dropped = placeAt(jsEvent);
      if (dropped.day) setTimeout(() => toDay(event.id, dropped.day), 0);
    },
    eventDrop: (info) => {
      if (!dropped.inside) return info.revert();
      const session = sessionOf(info.event.id);
      const room = info.newResource ? roomOf(info.newResource.id, session.room) : session.room;
      const by = minutesOf(info.delta);
      return change(session, { starts_at: shifted(session.starts_at, by), ends_at: shifted(session.ends_at, by), room });
    },
    eventResize: (info) => {
      const session = sessionOf(info.event.id);
      const ends_at = shifted(session.ends_at, minutesOf(info.endDelta));
      change(session, { starts_at: session.starts_at, ends_at, room: session.room });
    },
  });
  let dropped = {};
  let dragged = false;
  new MutationObserver(tidy).observe(find(".grid-calendar"), { childList: true, subtree: true });

  const draw = () => {
    const focused = document.activeElement;
    const key = focused && focused.matches(".grid-session") ? focused.dataset.key : "";
    const { list, of } = columns();
    calendar.setOption("slotMinTime", state.from);
    calendar.setOption("slotMaxTime", state.to);
    calendar.setOption("resources", list);
    calendar.setOption("date", day);
    calendar.setOption("events", state.sessions.map((each) => ({
      id: each.key,
      start: each.starts_at,
      end: each.ends_at,
      title: each.title,
      resourceIds: [of(each)],
      classNames: [`grid-kind-${each.kind}`],
    })));
    drawDays();
    drawWarnings();
    tidy();
    if (key) refocus(key);
  };

  // EventCalendar draws a moment later, and may make the element anew.
  let lost = ""; // key of the session that has the focus again in a moment; keys pressed meanwhile are for it
  const refocus = (key) => {
    lost = key;
    requestAnimationFrame(() => {
      const element = elementOf(key);
      if (element && document.activeElement !== element) element.focus();
      lost = "";
    });
  };

  const drawDays = () => {
    const place = find(".grid-days");
    place.hidden = state.days.length < 2;
    place.replaceChildren(...state.days.map((each) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet button-small";
      button.dataset.day = each.on;
      button.textContent = each.words;
      button.setAttribute("aria-pressed", String(each.on === day));
      return button;
    }));
  };

  const drawWarnings = () => {
    const place = find(".grid-warnings");
    place.hidden = !state.warnings.length;
    place.querySelector("ul").replaceChildren(...state.warnings.map((each) => {
      const item = document.createElement("li");
      item.textContent = each;
      return item;
    }));
  };

  // Saying

  const say = (text) => { find(".grid-said").textContent = text; };
  const trouble = (text, retry = null) => {
    again = retry;
    const place = find(".grid-trouble");
    place.hidden = !text;
    place.querySelector("[data-text]").textContent = text;
    find("[data-again]").hidden = !retry;
  };

  // Changing

  const post = async (key, act, fields) => {
    const body = new URLSearchParams({ csrf_token: root.dataset.token, ...fields });
    let answer;
    let told;
    try {
      // Kept alive: the last move is sent while the page is being left.
      answer = await fetch(`${root.dataset.url}/${encodeURIComponent(key)}/${act}`, { method: "POST", body, keepalive: true });
      told = await answer.json();
    } catch {
      trouble(words.failed);
      draw();
      return null;
    }
    state = told.state;
    keepWaiting(key, answer.ok);
    if (answer.ok) {
      told.changes.forEach((each) => { if (sessionOf(each)) made.set(each, sessionOf(each).version); });
      trouble("");
      say(told.said);
    }
    draw();
    if (open) fill();
    return { ok: answer.ok, status: answer.status, ...told };
  };

  // One after the other: each is told which version the one before it made.
  const inTurn = (act) => { sending = sending.then(act, act); return sending; };

  const send = (key, to, { version, undo = true } = {}) => inTurn(async () => {
    const before = to.before || { ...sessionOf(key) };
    if (!before.key) return null;
    const { starts_at, ends_at, room } = to;
    // What we saw when the key was pressed, or what our own change on its way made of it since.
    const expected_version = version || Math.max(before.version, made.get(key) || 0);
    const told = await post(key, "move", { starts_at, ends_at, room, expected_version });
    if (!told) {
      const session = sessionOf(key);
      if (session && !waiting) Object.assign(session, { starts_at: before.starts_at, ends_at: before.ends_at, room: before.room });
      draw();
      return null;
    }
    if (told.ok) {
      if (undo) remember({ key, moves: [{ key, starts_at: before.starts_at, ends_at: before.ends_at, room: before.room }] });
      return told;
    }
    trouble(told.said, told.status === 409 && told.version ? () => send(key, { starts_at, ends_at, room }, { version: told.version, undo }) : null);
    return told;
  });

  const change = (session, to) => {
    const same = to.starts_at === session.starts_at && to.ends_at === session.ends_at && to.room === session.room;
    return same ? draw() : send(session.key, to);
  };

  const toDay = (key, on) => {
    const session = sessionOf(key);
    if (!session || session.starts_at.startsWith(on)) return draw();
    day = on;
    return change(session, { ...onDay(session, on), room: session.room });
  };

  // Beside the grid a session is let go of, not moved to where the grid would have gone on.
  const placeAt = ({ clientX, clientY }) => {
    const under = document.elementsFromPoint(clientX, clientY);
    const button = under.map((each) => each.closest("[data-day]")).find(Boolean);
    return { day: button ? button.dataset.day : "", inside: !button && under.some((each) => each.closest(".ec-main")) };
  };

  // Undoing

  const remember = (undo) => {
    undos.push(undo);
    find("[data-undo]").removeAttribute("aria-disabled");
  };

  const undo = async () => {
    const last = undos.pop();
    if (!undos.length) find("[data-undo]").setAttribute("aria-disabled", "true");
    if (!last) return say(words.nothing_to_undo);
    if (last.copy) {
      const copy = sessionOf(last.copy);
      const told = copy && await inTurn(() => post(last.copy, "remove", { expected_version: made.get(last.copy) }));
      if (told && !told.ok) trouble(told.said);
    }
    for (const each of last.moves || []) {
      const told = await send(each.key, each, { version: made.get(each.key), undo: false });
      if (!told || !told.ok) return undefined;
      day = each.starts_at.slice(0, 10);
    }
    draw();
    const said = find(".grid-said").textContent;
    say(last.moves && last.moves.length === 1 ? `${words.undone} ${said}` : words.undone);
    return last.key && refocus(last.key);
  };

  // Keyboard: keys are gathered for a moment, then sent as one move

  const hold = (session, to) => {
    if (!waiting || waiting.key !== session.key) {
      flush();
      waiting = { key: session.key, before: { ...session }, to: {} };
    }
    Object.assign(waiting.to, to);
    Object.assign(session, to);
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(flush, 500);
    draw();
    refocus(session.key);
  };

  const flush = () => {
    if (!waiting) return undefined;
    const { key, before, to, timer } = waiting;
    clearTimeout(timer);
    waiting = null;
    return send(key, { ...before, ...to, before });
  };

  // An answer brought the agenda as it is on the server, where what waits is not yet.
  const keepWaiting = (key, ours) => {
    const session = waiting && sessionOf(waiting.key);
    if (!session) return;
    if (ours && key === waiting.key) waiting.before = { ...session };
    Object.assign(session, waiting.to);
  };

  const byMinutes = (session, minutes, endOnly) => {
    const starts = endOnly ? session.starts_at : shifted(session.starts_at, minutes);
    const ends = shifted(session.ends_at, minutes);
    if (endOnly && number(ends) - number(starts) < 5 * MINUTE) return;
    if (starts.slice(0, 10) !== session.starts_at.slice(0, 10)) return;
    hold(session, { starts_at: starts, ends_at: ends });
  };

  const byColumn = (session, step) => {
    const { list, of } = columns();
    const next = list[list.findIndex((each) => each.id === of(session)) + step];
    if (!next || !rooms().length) return say(words.one_column);
    return hold(session, { room: roomOf(next.id, session.room) });
  };

  const byDay = (session, step) => {
    const next = state.days[state.days.findIndex((each) => session.starts_at.startsWith(each.on)) + step];
    if (!next) return say(words.one_day);
    day = next.on;
    return hold(session, onDay(session, next.on));
  };

  const KEYS = { ArrowUp: -5, ArrowDown: 5, PageUp: -15, PageDown: 15 };

  document.addEventListener("keydown", (event) => {
    const element = event.target.closest(".grid-session");
    const key = element ? element.dataset.key : document.activeElement === document.body ? lost : "";
    const session = key && sessionOf(key);
    if (!session || event.ctrlKey || event.metaKey) return;
    if (event.key in KEYS) byMinutes(session, KEYS[event.key], event.shiftKey);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const step = event.key === "ArrowLeft" ? -1 : 1;
      if (event.altKey) byDay(session, step); else byColumn(session, step);
    } else if (event.key === "Escape") takeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  const board = find(".grid-calendar");
  board.addEventListener("pointerdown", () => { dragged = false; }, true);
  board.addEventListener("click", (event) => {
    const element = event.target.closest(".grid-session[data-key]");
    if (element && !(dragged && event.detail > 0)) show(element.dataset.key, event.detail > 0);
  });

  const takeBack = () => {
    if (!waiting) return undo();
    clearTimeout(waiting.timer);
    const { key, before } = waiting;
    Object.assign(sessionOf(key), before);
    waiting = null;
    day = before.starts_at.slice(0, 10);
    draw();
    refocus(key);
    return say(words.undone);
  };

  // The panel of one session

  const panel = find(".grid-panel");

  const show = (key, byPointer) => {
    flush();
    open = key;
    fill();
    panel.hidden = false;
    // A pointer may go on to the next session; the keyboard goes on in the panel.
    if (byPointer) panel.scrollIntoView({ block: panel.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
    else find("#grid-panel-title").focus();
  };

  const fill = () => {
    const session = sessionOf(open);
    if (!session) return close();
    const title = find("#grid-panel-title");
    title.textContent = session.title;
    title.lang = session.lang;
    find("[data-about]").textContent = [session.kind_words, session.places, session.speakers.join(", ")].filter(Boolean).join(" · ");
    find("#panel-day").replaceChildren(...state.days.map((each) => new Option(each.words, each.on, false, session.starts_at.startsWith(each.on))));
    find("#panel-from").value = clock(session.starts_at);
    find("#panel-to").value = clock(session.ends_at);
    find("#panel-room").value = session.room;
    find("#panel-rooms").replaceChildren(...rooms().map((room) => new Option(room)));
    find("[data-edit]").href = session.edit;
    return undefined;
  };

  const close = () => {
    const key = open;
    open = "";
    panel.hidden = true;
    if (key) refocus(key);
  };

  find("[data-move]").addEventListener("submit", (event) => {
    event.preventDefault();
    const session = sessionOf(open);
    const on = find("#panel-day").value;
    const starts_at = `${on}T${find("#panel-from").value}`;
    let ends_at = `${on}T${find("#panel-to").value}`;
    const goesOn = session.ends_at.slice(0, 10) > session.starts_at.slice(0, 10);
    if (goesOn && number(ends_at) < number(starts_at)) ends_at = shifted(ends_at, 24 * 60);
    day = on;
    change(session, { starts_at, ends_at, room: find("#panel-room").value.trim() });
  });

  find("[data-shift]").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = open;
    const minutes = Number(find("#panel-minutes").value) * Number(event.submitter ? event.submitter.value : 1);
    const before = state.sessions.map(({ key: each, starts_at, ends_at, room }) => ({ key: each, starts_at, ends_at, room }));
    inTurn(async () => {
      const told = await post(key, "shift", { minutes: String(minutes) });
      if (!told) return;
      if (told.ok) remember({ key, moves: before.filter((each) => told.changes.includes(each.key)) });
      else trouble(told.said);
    });
  });

  find("[data-duplicate]").addEventListener("click", () => {
    const key = open;
    inTurn(async () => {
      const told = await post(key, "duplicate", {});
      if (told && told.ok) remember({ key, copy: told.changes[0] });
      else if (told) trouble(told.said);
    });
  });

  find("[data-close]").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  // Around the grid

  find("[data-undo]").addEventListener("click", takeBack);
  find("[data-again]").addEventListener("click", () => again && again());

  find(".grid-days").addEventListener("click", (event) => {
    const button = event.target.closest("[data-day]");
    if (!button) return;
    flush();
    day = button.dataset.day;
    draw();
    find(`[data-day="${day}"]`).focus();
    if (!state.sessions.some((each) => each.starts_at.startsWith(day))) say(words.empty);
  });

  find(".grid-room").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = find("#new-room");
    const room = field.value.trim();
    if (!room) return;
    say(rooms().includes(room) ? words.room_there : words.room_added);
    if (!rooms().includes(room)) extraRooms.push(room);
    field.value = "";
    draw();
  });

  window.addEventListener("pagehide", flush);

  root.hidden = false;
  document.querySelector("[data-grid-without]").hidden = true;
  draw();
})();
