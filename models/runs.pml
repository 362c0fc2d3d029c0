/* The state of a run, what was asked of it, and engines that die with it.

   One execution stands for all that a run has to do. A person stops, cancels
   and resumes; engines die in every state that a run can have; attempts may be
   interrupted without end.

   Guards, and what breaks without each:
   - adopt-any-state: a run whose engine died while it was stopping never
     ends
   - obey-asked: a run that is stopping starts attempts again when its engine
     dies
   - clear-asked: a run that is resumed stops at once, for ever
   - legal-move: a run that was cancelled before an engine claimed it runs
   - drain: a run has ended while its attempt runs
   - interruption-limit: a run whose attempts are always interrupted never
     ends

   Checked: assertions, and the formula at the end under weak fairness */

#define LIMIT 3                /* max_interruptions */

mtype = { PENDING, RUNNING, STOPPING, STOPPED, READY, ERROR, CANCELLED };
mtype = { NOTHING, STOP, CANCEL };

/* The run, as the database has it. */
mtype state = PENDING;
mtype asked = NOTHING;
byte holder = 0;               /* number of the engine, 0: nobody */
byte interruptions = 0;

/* Its execution. */
mtype execution = PENDING;

byte deaths = 0, wishes = 0;

#define ACTIVE (state == PENDING || state == RUNNING || state == STOPPING)

/* A run that has ended has nothing that runs. */
inline finish(new)
{
    assert(execution != RUNNING);
    state = new; asked_here = NOTHING; drives = false; holder = 0;
    interruptions = 0
}

proctype engine(byte me)
{
    bool drives = false, seen_pending = false;
    mtype asked_here = NOTHING;            /* what this engine obeys */

    do
    /* Look for runs that nobody holds, then claim: two steps. */
    :: !drives && ACTIVE && holder == 0 ->
       seen_pending = (state == PENDING);
       atomic {
           if
#ifdef NO_LEGAL_MOVE
           :: seen_pending && holder == 0 ->
               /* What was cancelled meanwhile does not run. */
               assert(state == PENDING);
               state = RUNNING; holder = me; drives = true
           :: !seen_pending && ACTIVE && holder == 0 ->
#else
           :: seen_pending && state == PENDING && holder == 0 ->
               state = RUNNING; holder = me; drives = true
           :: !seen_pending && holder == 0 &&
              (state == RUNNING || state == STOPPING) ->
#endif
#ifdef NO_ADOPT_ANY_STATE
               /* "A run may not go from stopping to stopping." */
               if
               :: state == STOPPING -> skip
               :: else -> holder = me; drives = true
               fi
#else
               holder = me; drives = true
#endif
           :: else
           fi;
#ifdef NO_OBEY_ASKED
           /* An adopter obeys only what is asked from now on. */
           if :: drives && !seen_pending -> asked_here = asked_here
              :: drives && seen_pending -> asked_here = asked
              :: else fi;
#else
           if :: drives -> asked_here = asked :: else fi;
#endif
           seen_pending = false
       }

    /* It obeys: nothing more is dispatched. */
    :: atomic { drives && state == RUNNING && asked != NOTHING -> asked_here = asked; state = STOPPING }

    /* It dispatches; an attempt is interrupted, or ends well. */
    :: atomic { drives && asked_here == NOTHING && execution == PENDING &&
                interruptions < LIMIT ->
           assert(state == RUNNING);       /* nothing starts while stopping */
           execution = RUNNING }
#ifdef NO_INTERRUPTION_LIMIT
    :: atomic { drives && execution == RUNNING -> execution = PENDING }
#else
    :: atomic { drives && execution == RUNNING ->
           execution = PENDING; interruptions++ }
    :: atomic { drives && execution == PENDING && interruptions == LIMIT ->
           execution = ERROR }
#endif
    :: atomic { drives && execution == RUNNING -> execution = READY }

    /* What runs is waited for, then the run ends. */
#ifdef NO_DRAIN
    :: atomic { drives && state == STOPPING && asked_here == STOP -> finish(STOPPED) }
#else
    :: atomic { drives && state == STOPPING && asked_here == STOP &&
                execution == PENDING -> finish(STOPPED) }
#endif
    :: atomic { drives && state == STOPPING && asked_here == CANCEL &&
                execution != RUNNING -> finish(CANCELLED) }
    :: atomic { drives && execution == READY -> finish(READY) }
    :: atomic { drives && execution == ERROR -> finish(ERROR) }

    /* It dies, whatever the run's state is. */
    :: atomic { drives && deaths < 2 ->
           deaths++; drives = false; asked_here = NOTHING; holder = 0 }

    :: atomic { !drives && (state == READY || state == ERROR) -> break }
    od
}

active proctype person()
{
    do
    :: atomic { ACTIVE && wishes < 2 -> wishes++; asked = STOP }
    :: atomic { ACTIVE && wishes < 2 ->
           wishes++; asked = CANCEL;
           /* Nobody has claimed it: the request itself ends it. */
           if
           :: state == PENDING && execution == PENDING -> state = CANCELLED
           :: else
           fi }
    /* Resume: it waits for any engine. */
    :: atomic { state == STOPPED || state == CANCELLED ->
           state = PENDING; holder = 0;
#ifndef NO_CLEAR_ASKED
           asked = NOTHING
#endif
       }
    :: state == READY || state == ERROR -> break
    od
}

init { atomic { run engine(1); run engine(2) } }

/* A run ends, whoever dies; one that is resumed does what it has to do. */
ltl ends { <> [] (state == READY || state == ERROR) }
