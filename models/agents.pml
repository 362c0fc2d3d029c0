/* Two agents of one node that share a journal, and one attempt.

   An agent dies, or freezes for any time and goes on as if nothing had been.
   What a supervisor runs goes on without its agent.

   Guards, and what breaks without each:
   - claim-by-insert: two agents start the same attempt
   - owner-gone: agents take an attempt from one another for ever
   - start-gate: a frozen agent starts an attempt that another one has
     answered
   - taken-over: a frozen agent overwrites the outcome that another one told
   - frozen-agent: the attempt of a frozen agent is never answered

   Checked: assertions, and the formula at the end under weak fairness */

#define NOBODY 9

mtype = { NONE, STARTED, DONE, INTERRUPTED, CANCELLED };

/* The journal's row of the attempt, and the exit status in its folder. */
mtype row = NONE;
byte owner = NOBODY;
bool status = false;

/* What really runs. */
bool supervisor = false;
byte starts = 0;
bool cancelled = false;

/* The agents are processes 0 and 1; 1 stays healthy. */

bool frozen = false, dead = false;
byte freezes = 0;

#define ANSWERED (row == DONE || row == INTERRUPTED || row == CANCELLED)

/* A frozen agent stops where it stands, between any two steps. */
#define GOES_ON (_pid == 1 || !(frozen || dead))

inline write_outcome(outcome)
{
    atomic {
        GOES_ON;
        if
#ifdef NO_TAKEN_OVER
        :: true ->
#else
        :: owner == _pid ->
#endif
            assert(!ANSWERED || row == outcome);   /* an outcome never changes */
            assert(outcome != INTERRUPTED || !supervisor);
            row = outcome
        :: else
        fi
    }
}

/* The supervisor starts the command if its agent still owns the attempt. */
inline start_command()
{
    atomic {
        GOES_ON;
        if
#ifdef NO_START_GATE
        :: true ->
#else
        :: owner == _pid && row == STARTED ->
#endif
            assert(!ANSWERED);         /* what was answered does not start */
            starts++;
            assert(starts == 1);       /* an id starts at most once, ever */
            supervisor = true
        :: else
        fi
    }
}

/* Takes the id in: who inserts the row owns the attempt. */
inline take_in()
{
#ifdef NO_CLAIM_BY_INSERT
    if
    :: GOES_ON && row == NONE ->
        atomic { GOES_ON; row = STARTED; owner = _pid; mine = true }
    :: GOES_ON && row != NONE
    fi;
#else
    atomic {
        GOES_ON;
        if
        :: row == NONE -> row = STARTED; owner = _pid; mine = true
        :: else
        fi
    };
#endif
    if
    :: mine -> start_command()
    :: else
    fi
}

/* Whether another agent does not go on: it is dead, or was not heard lately. */
#ifdef NO_OWNER_GONE
#define IS_GONE true
#else
#ifdef NO_FROZEN_AGENT
#define IS_GONE (owner == 0 && dead)
#else
#define IS_GONE (owner == 0 && (dead || frozen))
#endif
#endif

active [2] proctype agent()
{
    bool mine = false;

    do
    :: GOES_ON && row == NONE -> take_in()
    /* Its own attempt has ended. */
    :: GOES_ON && mine && !supervisor ->
       if
       :: status -> write_outcome(DONE)
       :: !status -> write_outcome(INTERRUPTED)
       fi;
       mine = false
    /* A cancel: it ends the command, then writes that down. */
    :: atomic { GOES_ON && mine && supervisor && !cancelled ->
           cancelled = true; supervisor = false };
       write_outcome(CANCELLED); mine = false
    /* It looks at what another agent holds. */
    :: atomic { GOES_ON && row == STARTED && owner != _pid && IS_GONE -> owner = _pid };
       if
       :: supervisor -> mine = true
       :: !supervisor && status -> write_outcome(DONE)
       :: !supervisor && !status -> write_outcome(INTERRUPTED)
       fi
    :: ANSWERED -> break
    :: else -> skip                        /* it waits */
    od
}

/* Runs the command, leaves its status, and is gone. */
active proctype supervise()
{
    atomic { supervisor -> status = true; supervisor = false }
}

active proctype world()
{
    do
    :: atomic { freezes < 1 -> freezes++; frozen = true }
    :: frozen -> frozen = false
    :: dead = true; break
    :: break
    od
}

ltl answered { <> [] ANSWERED }
