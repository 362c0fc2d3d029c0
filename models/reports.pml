/* How an outcome comes from an agent to the history.

   One attempt, two engines, one of which holds the run. Messages are lost,
   engines die with what they have not committed, and a cancel that nobody
   confirms ends the run while the attempt runs.

   Guards, and what breaks without each:
   - same-id-asked-again: a dispatch that was lost holds its run for ever
   - committed-before-forgotten: an outcome that an engine heard and lost in
     its death is forgotten: the attempt starts again
   - stored-report: an outcome that another engine heard is lost: the attempt
     starts again
   - end-unwanted: an attempt runs on after its run has ended
   - inherited-first: an engine that adopts a run ends an attempt that it has
     not asked for yet

   Checked: assertions, and the formula at the end under weak fairness */

mtype = { NONE, STARTED, DONE, FORGOTTEN };
mtype = { RUNNING, READY, CANCELLED };

/* The database. */
mtype state = RUNNING;
bool stored = false;           /* an outcome in the table of reports */

/* The agent. */
mtype row = NONE;
bool alive = false;
bool told = false;             /* the outcome needs no more reports */
byte starts = 0;

/* Process numbers of engines are 0 and 1. */
byte holder = 0;
bool dispatched = true;        /* the first dispatch is on its way */
byte losses = 0, deaths = 0;
bool cancelled = false;        /* a person asked for it */

#define ENDED (state == READY || state == CANCELLED)

/* The answer to a report names what is committed. */
inline forget() { told = true; row = FORGOTTEN }

active [2] proctype engine()
{
    bool buffered = false;

    do
    /* A report of the outcome, to whichever engine. */
    :: atomic { row == DONE && !told && !buffered && state == RUNNING ->
           if
           :: holder == _pid -> buffered = true;
#ifdef NO_COMMITTED_BEFORE_FORGOTTEN
              forget()
#endif
           :: holder != _pid ->
#ifndef NO_STORED_REPORT
              stored = true;
#endif
              forget()
           fi }
    :: atomic { row == DONE && ENDED -> forget() }
    :: atomic { holder == _pid && stored && state == RUNNING && !buffered ->
           buffered = true }

    /* The flush; the report is said again, and answered, after it. */
    :: atomic { holder == _pid && buffered && state == RUNNING ->
           state = READY; buffered = false }

    /* Nobody says that the attempt is held: it is asked again. */
#ifndef NO_SAME_ID_ASKED_AGAIN
    :: atomic { holder == _pid && state == RUNNING && !dispatched &&
                !buffered && !stored && !alive && row != DONE ->
           dispatched = true }
#endif

    /* A cancel that nobody confirms. */
    :: atomic { holder == _pid && state == RUNNING && cancelled ->
           state = CANCELLED; buffered = false }

    /* What is held and not wanted is to be ended. */
#ifndef NO_END_UNWANTED
    :: atomic { ENDED && alive -> alive = false; row = FORGOTTEN }
#endif

#ifdef NO_INHERITED_FIRST
    /* What an adopter has not asked for seems not to be wanted. */
    :: atomic { holder == _pid && deaths == 1 && alive && state == RUNNING ->
           assert(ENDED);                /* what is wanted goes on */
           alive = false; row = FORGOTTEN }
#endif

    /* The holder dies, the other adopts. */
    :: atomic { holder == _pid && deaths < 1 ->
           deaths++; holder = 1 - _pid; buffered = false }
    :: ENDED && !alive -> break
    :: else -> skip                        /* it waits */
    od
}

active proctype agent()
{
    do
    :: atomic { dispatched ->
           dispatched = false;
           if
           :: row == NONE && losses < 1 -> losses++         /* it is lost */
           :: row == NONE && state == RUNNING ->
               row = STARTED; alive = true; starts++
           :: row == FORGOTTEN && !ENDED && !stored ->
               /* An id that the agent knows nothing of starts. */
               row = STARTED; alive = true; starts++;
               assert(starts == 1)
           :: else
           fi }
    :: atomic { alive -> alive = false; row = DONE }
    :: atomic { alive && ENDED -> skip }                    /* it hangs */
    :: ENDED && !alive -> break
    od
}

active proctype person() { if :: cancelled = true :: skip fi }

/* The history learns how it ended, and nothing runs on after the run. */
ltl known { <> [] (ENDED && !alive) }
