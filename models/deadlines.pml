/* The engine's own deadline of an attempt, in ticks of time.

   The agent ends the attempt at its timeout. The broker goes away for any
   time, the engine is paused, its clock is set, it dies and another adopts,
   the agent's disk is full, and an attempt may hang beyond its timeout.

   Guards, and what breaks without each:
   - deadline-while-unheard: an attempt is failed because the broker was away
   - listen-after-gap: an engine that was paused fails an attempt that has
     ended well
   - monotonic-deadline: a clock that is set fails a healthy attempt
   - stored-deadline: an attempt that never answers has no end once its
     engine died
   - full-journal: an attempt is failed because the disk of its agent was
     full

   Checked: assertions, and the formula at the end under weak fairness */

#define TIMEOUT 2
#define GRACE 2

/* The node. */
bool dispatched = true;        /* the agent has not seen it yet */
bool is_full = false;          /* the journal can't be written */
byte ran = 0;                  /* ticks since it began, 0: it has not */
bool ended = false;            /* its outcome is in the journal */
bool hangs = false;            /* the node never answers for it */

/* Between them. */
bool up = true;
bool heard = false;            /* in this tick */

/* The engine. */
bool paused = false;
byte gap = 0;                  /* ticks that it was paused */
short left = TIMEOUT + GRACE;  /* until it gives the attempt up */
bool has_deadline = true;
bool taken = false;            /* the outcome was taken in */
bool given_up = false;
bool listened = true;          /* everything that had arrived was read */

byte outages = 0, pauses = 0, steps = 0, deaths = 0, fills = 0;

#define OVER (taken || given_up)

/* The agent is able and connected: it reports within a tick. */
#ifdef NO_FULL_JOURNAL
#define REPORTS up
#else
#define REPORTS (up && !is_full)
#endif

/* Nothing that goes well, or waits for its agent, is failed. */
inline give_up() { assert(hangs); given_up = true }

active proctype time()
{
    do
    :: atomic { !OVER && !(up && !paused && ended && !hangs) ->
           /* The node. */
           if
           :: dispatched && up && !is_full -> dispatched = false; ran = 1
           :: !dispatched && ran > 0 && ran <= TIMEOUT -> ran++
           :: else
           fi;
           if
           :: ran > TIMEOUT && !ended && !hangs -> ended = true
           :: ran > 0 && ran <= TIMEOUT && !ended && !hangs -> ended = true
           :: else
           fi;
           /* The engine. */
           heard = REPORTS;
           if
           :: paused -> gap++
           :: else ->
               if
#ifndef NO_DEADLINE_WHILE_UNHEARD
               :: !heard -> skip
#endif
               :: else -> left--
               fi
           fi;
           if :: gap > 6 -> gap = 6 :: else fi;
           if :: left < 0 -> left = 0 :: else fi
       }
    :: OVER -> break
    od
}

active proctype engine()
{
    do
    /* Reports are read. */
    :: atomic { !paused && gap == 0 && up && ended && !hangs && !OVER -> taken = true }
    /* A gap in its own loop: it gives the grace anew and listens first. */
    :: atomic { !paused && gap > 0 && !OVER ->
#ifdef NO_LISTEN_AFTER_GAP
           left = left - gap;
           if :: left < 0 -> left = 0 :: else fi;
#else
           if :: left < GRACE -> left = GRACE :: else fi;
#endif
           if :: left == 0 && has_deadline -> give_up() :: else fi;
           gap = 0 }
    :: atomic { !paused && gap == 0 && left == 0 && has_deadline && !OVER &&
                !(up && ended && !hangs) -> give_up() }
    :: OVER -> break
    od
}

active proctype world()
{
    do
    :: atomic { outages < 1 -> outages++; up = false }
    :: atomic { !up -> up = true }
    :: atomic { pauses < 1 -> pauses++; paused = true }
    :: atomic { paused -> paused = false }
    :: atomic { fills < 1 -> fills++; is_full = true }
    :: atomic { is_full -> is_full = false }
    :: atomic { !hangs && !ended -> hangs = true }
    /* The wall clock is set forward by hours. */
    :: atomic { steps < 1 && !paused && gap == 0 ->
           steps++;
#ifdef NO_MONOTONIC_DEADLINE
           left = 0
#endif
       }
    /* The engine dies; whoever adopts reads the deadline. */
    :: atomic { deaths < 1 && !paused && gap == 0 ->
           deaths++;
           if :: left < GRACE -> left = GRACE :: else fi;
#ifdef NO_STORED_DEADLINE
           has_deadline = false
#endif
       }
    :: up && !paused && !is_full -> break
    od
}

/* Every attempt is answered or given up. */
ltl over { <> [] OVER }
