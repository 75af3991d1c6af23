// Reads calendars with ical.js and ts-ics: on each line of standard input a request, on standard output its answer.
// {"reader": "ical.js" | "ts-ics", "body": "BEGIN:VCALENDAR…"} → {"method": …, "entries": […]} or {"error": "…"}
"use strict";

const { createInterface } = require("node:readline");
const ICAL = require("../vendor/ical.js/ical.es5.min.cjs");
const { convertIcsCalendar } = require("../vendor/ts-ics/index.cjs");

const instant = (moment) => new Date(moment).toISOString().replace(".000Z", "Z");

/** A time as ical.js takes it, by the VTIMEZONE in the file; what has no zone is told as it is, so that it is seen. */
function timeOfIcalJs(time) {
  if (time.isDate) return time.toString();
  return time.zone.tzid === "floating" ? `floating ${time}` : instant(time.toUnixTime() * 1000);
}

function readByIcalJs(body) {
  const calendar = new ICAL.Component(ICAL.parse(body));
  const entries = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      summary: event.summary,
      location: event.location || "",
      starts: timeOfIcalJs(event.startDate),
      ends: timeOfIcalJs(event.endDate),
    };
  });
  return { method: calendar.getFirstPropertyValue("method"), entries };
}

function timeOfTsIcs(time) {
  return time.type === "DATE" ? instant(time.date).slice(0, 10) : instant(time.date);
}

function readByTsIcs(body) {
  const calendar = convertIcsCalendar(undefined, body);
  const entries = (calendar.events || []).map((event) => ({
    uid: event.uid,
    sequence: event.sequence,
    status: event.status || null,
    summary: event.summary,
    location: event.location || "",
    starts: timeOfTsIcs(event.start),
    ends: timeOfTsIcs(event.end),
  }));
  return { method: calendar.method || null, entries };
}

const READERS = { "ical.js": readByIcalJs, "ts-ics": readByTsIcs };

function answer(line) {
  const { reader, body } = JSON.parse(line);
  try {
    return READERS[reader](body);
  } catch (error) {
    return { error: String(error) };
  }
}

createInterface({ input: process.stdin }).on("line", (line) => console.log(JSON.stringify(answer(line))));
