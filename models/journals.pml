/* A node whose machine may be replaced, and whose journal may be set back.

   Journal 1 is that of the node; journal 2 is a fresh one, of a second agent
   beside the first or of a new machine of the same name. One execution. What
   is set back is a copy that is older than the last report.

   Guards, and what breaks without each:
   - second-journal: two journals serve a node at once: two attempts overlap
   - accepting-journal: a new machine of the same name starts an attempt
     again
   - old-journal: a journal that was set back starts an attempt again
   - journal-kept: a dispatch that comes twice starts its attempt again after
     the run

   Checked: assertions */

#define ATTEMPTS 3
#define HAS_ANSWER(j, a) (rows[j].outcome[a] != NONE)

#define NONE 0
mtype = { STARTED, DONE, INTERRUPTED };

typedef Rows { mtype outcome[ATTEMPTS+1] };

/* The journals: their rows, and how often they were written. */
Rows rows[3];
byte written[3];
Rows copy;                     /* what a person put aside of journal 1 */
byte copied = 0;
bool has_copy = false;
byte name1 = 1;                /* the id that journal 1 goes by */

/* Machines: 1 with journal 1, 2 with journal 2. */
bool here[3];
byte alive[3];                 /* attempts that run there */
byte starts[ATTEMPTS+1];

/* The engine. */
byte attempt = 0;
byte named = 0;                /* the journal that accepts the attempt */
byte heard[3];                 /* how often the journal was written, as heard */
mtype state = INTERRUPTED;     /* how the last attempt ended */
bool forgotten = false;        /* the run is over, rows may go in days */
byte lost = 0, copies = 0, set_backs = 0;

#define ID(j) (j == 1 -> name1 : 2)

/* A second journal is refused while the first one's agent is alive. */
#ifdef NO_SECOND_JOURNAL
#define SERVES(j) here[j]
#else
#define SERVES(j) (here[j] && (j == 1 || !here[1]))
#endif

proctype engine()
{
    do
    /* The next attempt, for the journal of whoever serves the node. */
    :: atomic { state == INTERRUPTED && attempt < ATTEMPTS && SERVES(1) ->
           attempt++; named = name1; state = STARTED }
    :: atomic { state == INTERRUPTED && attempt < ATTEMPTS && SERVES(2) ->
           attempt++; named = 2; state = STARTED }
    :: atomic { state == DONE -> break }
    :: atomic { state == INTERRUPTED && attempt == ATTEMPTS -> break }
    od
}

inline answer(a, how)
{
    if :: a == attempt && state == STARTED -> state = how :: else fi
}

inline start(j, a)
{
    /* What is left of earlier attempts in this journal is ended first. */
    alive[j] = 1; starts[a]++;
    rows[j].outcome[a] = STARTED; written[j]++;
    assert(starts[a] == 1);              /* an id starts at most once, ever */
    assert(alive[1] + alive[2] == 1)     /* two attempts never overlap */
}

/* The dispatch of an attempt, or the question after it, comes to an agent. */
inline take_in(j, a)
{
    if
    :: HAS_ANSWER(j, a) ->
        if :: rows[j].outcome[a] == STARTED -> skip
           :: else -> answer(a, rows[j].outcome[a]) fi
#ifndef NO_ACCEPTING_JOURNAL
    :: !HAS_ANSWER(j, a) && a == attempt && named != ID(j) ->
        /* Another journal accepted it: nobody here knows how far it came. */
        answer(a, INTERRUPTED)
#endif
    :: else -> start(j, a)
    fi
}

inline end(j, a)
{
    rows[j].outcome[a] = DONE; written[j]++; alive[j] = 0
}

proctype agent(byte j)
{
    do
    :: atomic { SERVES(j) && attempt > 0 && !forgotten -> take_in(j, attempt) }
    /* The broker delivers it a second time, seconds after the run's end. */
    :: atomic { SERVES(j) && state == DONE -> take_in(j, attempt) }
    :: atomic { here[j] && alive[j] == 1 && attempt > 0 &&
                rows[j].outcome[attempt] == STARTED -> end(j, attempt) }
    /* A report tells how often the journal was written. */
    :: atomic { here[j] && heard[j] < written[j] -> heard[j] = written[j] }
#ifdef NO_JOURNAL_KEPT
    :: atomic { here[j] && state == DONE && rows[j].outcome[attempt] == DONE ->
           rows[j].outcome[attempt] = NONE }
#endif
    od
}

/* Every write is told before a copy from before it can come back. */
#define ALL_HEARD (heard[1] == written[1])

inline set_back()
{
    rows[1].outcome[1] = copy.outcome[1];
    rows[1].outcome[2] = copy.outcome[2];
    rows[1].outcome[3] = copy.outcome[3];
    written[1] = copied; alive[1] = 0;
    /* The next agent says how often its journal was written. */
#ifndef NO_OLD_JOURNAL
    if
    :: heard[1] > written[1] -> name1 = 3; heard[1] = 0   /* another journal */
    :: else
    fi;
#endif
    heard[1] = written[1]
}

proctype world()
{
    do
    /* A second agent with a folder of its own; or a new machine. */
    :: atomic { !here[2] -> here[2] = true }
    /* The machine is lost, with what ran there. */
    :: atomic { lost < 1 && here[1] -> lost++; here[1] = false; alive[1] = 0 }
    :: atomic { copies < 1 && here[1] ->
           copies++; has_copy = true; copied = written[1];
           copy.outcome[1] = rows[1].outcome[1];
           copy.outcome[2] = rows[1].outcome[2];
           copy.outcome[3] = rows[1].outcome[3] }
    :: atomic { has_copy && set_backs < 1 && here[1] && ALL_HEARD ->
           set_backs++; set_back() }
    od
}

init { atomic { here[1] = true; run engine(); run agent(1); run agent(2); run world() } }
