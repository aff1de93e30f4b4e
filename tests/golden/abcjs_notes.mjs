// The notes that abcjs plays, for make_reference.py.
//
// Standard input: one {"id", "abc"} a line. Standard output: for each, {"id", "notes": [[onset, duration, pitch], ...]}
// in quarter notes, or {"id", "error"}. Grace notes, ornaments, accompaniment and tempo changes are left out.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const abcjs = createRequire(`${process.cwd()}/`)("abcjs");

function play(abc, withGraces) {
  const [tune] = abcjs.parseOnly(abc);
  for (const line of tune.lines)
    for (const staff of line.staff ?? [])
      staff.voices = staff.voices.map((voice) => voice.filter((element) => element.el_type !== "tempo"));
  for (const element of tune.lines.flatMap((line) => line.staff ?? []).flatMap((staff) => staff.voices.flat())) {
    delete element.decoration;
    if (!withGraces) delete element.gracenotes;
  }
  const { tracks } = tune.setUpAudio({ chordsOff: true, qpm: 60 });
  return tracks.flat().filter((event) => event.cmd === "note" && event.style !== "grace");
}

// A grace note moves the note after it, but its accidental holds to the bar line:
// so the pitches come from a playing with the grace notes, the times from one without.
function notesOf(abc) {
  const pitches = play(abc, true);
  const times = play(abc, false);
  if (pitches.length !== times.length) throw new Error("grace notes changed the number of notes");
  return times.map((event, i) => [event.start * 4, event.duration * 4, pitches[i].pitch]);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, abc } = JSON.parse(line);
  let answer;
  try {
    answer = { id, notes: notesOf(abc) };
  } catch (error) {
    answer = { id, error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
