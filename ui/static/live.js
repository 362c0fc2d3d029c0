// A run as it goes on: its events, and what is done while there are none.

import { Refusal, get, url } from "./api.js";
import { isActive } from "./words.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 10000;
/** How often it is asked for where no events come. */
const UNSEEN = 15000;

/**
 * Follows one run. `told.run(run)` hears what it is now, `told.link(is,
 * text)` whether that can be relied on: `live`, `over` or `lost`.
 */
export class Live {
  constructor(run, told) {
    this.run = run;
    this.told = told;
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.source = null;
    document.addEventListener("visibilitychange", () => this.again());
    addEventListener("online", () => this.again());
  }

  /** Ask what the run is now, and follow it from there. */
  async again() {
    this.close();
    const turn = (this.turn = {});
    try {
      const { run } = await get(`runs/${this.run}`);
      if (turn === this.turn) this.heard(run);
    } catch (error) {
      if (turn === this.turn) this.lost(error);
    }
  }

  heard(run) {
    this.told.run(run);
    if (!isActive(run)) {
      this.over();
    } else if (document.hidden) {
      // A browser has few connections to a server: who looks needs them.
      this.told.link("live", "live");
      this.later(UNSEEN);
    } else {
      this.open(run.last_transition);
    }
  }

  open(after) {
    const source = new EventSource(
      url(`runs/${this.run}/events`, { kinds: "run", after: String(after) }),
    );
    this.source = source;
    source.addEventListener("run", ({ data }) => {
      const run = JSON.parse(data);
      this.pause = FIRST_PAUSE;
      this.told.link("live", "live");
      this.told.run(run);
      if (!isActive(run)) this.again();
    });
    // Also when the server ends, or has too many streams to give another.
    source.addEventListener("error", () => {
      this.close();
      this.told.link("lost", "the stream of events broke off: reconnecting");
      this.wait();
    });
  }

  over() {
    this.pause = FIRST_PAUSE;
    this.told.link("over", "ended");
    this.later(UNSEEN);
  }

  lost(error) {
    if (error instanceof Refusal && !error.passes) {
      this.told.link("lost", error.message);
      return;
    }
    const seconds = Math.round(this.pause / 1000);
    this.told.link("lost", `${error.message} Trying again every ${seconds} s.`);
    this.wait();
  }

  wait() {
    this.later(this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), milliseconds);
  }

  close() {
    clearTimeout(this.timer);
    this.turn = null;
    this.source?.close();
    this.source = null;
  }
}

/**
 * Repeats `ask` while the page is seen, seldom when it answers that nothing
 * goes on; `told` hears how it goes. Throws what is refused at first.
 */
export function repeat(milliseconds, ask, told) {
  let timer = null;
  let turn = null;
  let pause = milliseconds;
  let isShown = false;
  async function once() {
    clearTimeout(timer);
    const mine = (turn = {});
    try {
      const goesOn = await ask();
      if (mine !== turn) return;
      isShown = true;
      told(goesOn ? "live" : "over", goesOn ? "live" : "ended");
      pause = goesOn ? milliseconds : UNSEEN;
    } catch (error) {
      if (mine !== turn) return;
      const isRefused = !(error instanceof Refusal) || !error.passes;
      if (isRefused && !isShown) throw error;
      told("lost", error.message);
      if (isRefused) return;
    }
    if (!document.hidden) timer = setTimeout(once, pause);
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) once();
  });
  return once();
}
