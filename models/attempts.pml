/* One execution, its attempts, two engines and the agent of its node.

   Engines die, freeze and go on unaware that their lease ran out. Messages
   are lost, kept for long or delivered twice. A person resumes an execution
   whose cancel nobody confirmed. The agent's journal is durable.

   Guards, and what breaks without each:
   - fence: an engine whose lease is lost takes an outcome in a second time
   - epoch-check: the late dispatch of an engine that was replaced starts an
     attempt behind a newer one
   - ask-stale: a dispatch that lay in the broker starts an attempt that was
     given up, beside or behind the next one
   - repeated-id: a dispatch that comes twice starts its attempt twice
   - end-earlier-first: after an unconfirmed cancel and a resume two attempts
     run at once
   - cancel-before-dispatch: an attempt starts after its cancel was confirmed
   - new-attempt-id: a resumed execution is answered with the outcome of
     before
   - late-answer: an execution is ready by the answer of an older attempt
     while the newer one runs

   Checked: assertions */

#define ATTEMPTS 3
#ifndef EPOCHS
#define EPOCHS 3               /* 2 in the short form */
#endif

mtype = { PENDING, RUNNING, READY, ERROR };
mtype = { NONE, STARTED, DONE, INTERRUPTED, CANCELLED };

/* The database. */
byte epoch = 0;
mtype state = PENDING;
byte attempt = 0;              /* number of the last attempt */
bool leased = false;
bool committed[ATTEMPTS+1];    /* the outcome of the attempt was taken in */

/* The journal of the node. */
mtype journal[ATTEMPTS+1] = NONE;
byte seen_epoch = 0;

/* The broker: at most one dispatch and one cancel per attempt at a time. */
bool sent[ATTEMPTS+1];
byte sent_epoch[ATTEMPTS+1];
bool is_old[ATTEMPTS+1];       /* older than stale_seconds */
bool cancel_sent[ATTEMPTS+1];

/* What really runs on the node. */
byte starts[ATTEMPTS+1];
byte alive = 0;                /* how many attempts run */
byte running = 0;              /* number of the one that runs */
byte newest = 0;               /* number of the newest that was started */
bool confirmed[ATTEMPTS+1];    /* the agent said that a cancel ended it */

bool cancelled = false;         /* a person asked for it */
byte give_ups = 0, resumes = 0, interruptions = 0;

/* The fence stands in the transaction of everything that an engine writes. */
#ifdef NO_FENCE
#define MAY_WRITE true
#else
#define MAY_WRITE (epoch == mine)
#endif

/* An answer ends the attempt that it names, never another one. */
#ifdef NO_LATE_ANSWER
#define ANSWERS(outcome) (journal[1] == outcome || journal[at] == outcome)
#else
#define ANSWERS(outcome) (journal[at] == outcome)
#endif

inline commit(new)
{
    if
    :: MAY_WRITE ->
        assert(state == RUNNING);          /* no execution ends twice */
        assert(!committed[at]);            /* no outcome counts twice */
        committed[at] = true;
        state = new;
        /* What has ended well does not run. */
        assert(new != READY || alive == 0)
    :: !(MAY_WRITE) -> holds = false       /* the lease is lost */
    fi
}

inline stop_driving() { holds = false; mine = 0; at = 0 }

proctype engine()
{
    byte mine = 0, at = 0;
    bool holds = false;

    do
    /* Claim a run that nobody holds, with a new epoch. */
    :: atomic { !holds && !leased && epoch < EPOCHS &&
                (state == PENDING || state == RUNNING) ->
           epoch++; mine = epoch; at = attempt; holds = true; leased = true }

    /* The lease runs out; its holder does not know. */
    :: atomic { leased && epoch < EPOCHS -> leased = false }

    /* The engine dies. */
    :: atomic { holds && epoch < EPOCHS -> stop_driving(); leased = false }

    /* Write down that the next attempt runs, before it is sent. */
    :: atomic { holds && state == PENDING && at < ATTEMPTS ->
           if
           :: MAY_WRITE ->
#ifdef NO_NEW_ATTEMPT_ID
               if :: at == 0 -> at = 1 :: else fi;
#else
               at++;
#endif
               attempt = at; state = RUNNING
           :: !(MAY_WRITE) -> stop_driving()
           fi }

    /* Send it, or ask again under the same id. An engine that was frozen
       between its transaction and this sends it very late. */
    :: atomic { holds && at > 0 && !committed[at] && !sent[at] ->
           sent[at] = true; sent_epoch[at] = mine; is_old[at] = false }

    /* Answers. */
    :: atomic { holds && at > 0 && state == RUNNING && ANSWERS(DONE) ->
           commit(READY); holds = false; leased = false }
    :: atomic { holds && at > 0 && state == RUNNING && ANSWERS(INTERRUPTED) ->
           commit(PENDING) }
    :: atomic { holds && at > 0 && state == RUNNING && journal[at] == CANCELLED ->
           commit(ERROR); stop_driving(); leased = false }

    /* The deadline passed without an answer: a retry. What was sent of the
       attempt is older than stale_seconds by then. */
    :: atomic { holds && at > 0 && state == RUNNING && give_ups < 1 &&
                (!sent[at] || is_old[at]) ->
           give_ups++; commit(PENDING) }

    /* A cancel, and one that no agent confirms in time. */
    :: atomic { holds && at > 0 && state == RUNNING &&
                !cancelled && resumes < 1 ->
           cancelled = true; cancel_sent[at] = true }
    :: atomic { holds && at > 0 && state == RUNNING && cancelled ->
           commit(ERROR); stop_driving(); leased = false }

    /* A person resumes it. */
    :: atomic { state == ERROR && resumes < 1 && epoch < EPOCHS ->
           resumes++; cancelled = false; state = PENDING; leased = false }

    :: atomic { state == READY || state == ERROR -> break }
    od
}

/* What is wanted: asked of an engine for a dispatch that is old. */
#define WANTED(a) \
    (epoch == sent_epoch[a] && state == RUNNING && attempt == a)

inline start(a)
{
#ifndef NO_END_EARLIER_FIRST
    /* In the journal's transaction: nothing is left of earlier attempts. */
    if
    :: alive > 0 && running < a ->
        journal[running] = INTERRUPTED; alive--; running = 0
    :: else
    fi;
#endif
    journal[a] = STARTED;
    starts[a]++; alive++; running = a;
    assert(starts[a] == 1);     /* an id starts at most once, ever */
    assert(alive == 1);         /* two attempts never overlap */
    assert(a > newest);         /* attempts start in their order */
    assert(state != READY);     /* what is done is not done again */
    assert(!confirmed[a]);      /* what was cancelled does not start */
    newest = a
}

inline take_in(a)
{
    if
#ifndef NO_EPOCH_CHECK
    :: sent_epoch[a] < seen_epoch -> skip
#endif
#ifndef NO_ASK_STALE
    :: is_old[a] && !WANTED(a) -> skip
#endif
#ifndef NO_REPEATED_ID
    :: journal[a] != NONE -> seen(a)       /* answered from the journal */
#else
    :: journal[a] == CANCELLED -> skip
#endif
    :: else -> seen(a); start(a)
    fi
}

inline seen(a)
{
    if :: sent_epoch[a] > seen_epoch -> seen_epoch = sent_epoch[a] :: else fi
}

inline lose(a) { sent[a] = false; sent_epoch[a] = 0; is_old[a] = false }

/* One of the attempts of which something is on its way. */
#define ONE_OF(what) \
    if :: what[1] -> a = 1 :: what[2] -> a = 2 :: what[3] -> a = 3 fi

proctype agent()
{
    byte a;

    do
    /* A dispatch arrives, and may come a second time. */
    :: atomic { ONE_OF(sent);
           take_in(a);
           if :: lose(a) :: skip fi; a = 0 }
    :: atomic { ONE_OF(sent); lose(a); a = 0 }
    :: atomic { ONE_OF(sent); is_old[a] = true; a = 0 }

    /* A cancel arrives, perhaps before its dispatch. */
    :: atomic { ONE_OF(cancel_sent);
           if
           :: journal[a] == NONE ->
               confirmed[a] = true; cancel_sent[a] = false;
#ifndef NO_CANCEL_BEFORE_DISPATCH
               journal[a] = CANCELLED
#endif
           :: journal[a] == STARTED && running == a ->
               journal[a] = CANCELLED; confirmed[a] = true;
               cancel_sent[a] = false;
               alive--; running = 0
           :: else -> cancel_sent[a] = false
           fi; a = 0 }

    /* The command ends well, or is interrupted. */
    :: atomic { alive > 0 && running > 0 && journal[running] == STARTED ->
           journal[running] = DONE; alive--; running = 0 }
    :: atomic { alive > 0 && running > 0 && journal[running] == STARTED &&
                interruptions < 1 ->
           interruptions++; journal[running] = INTERRUPTED;
           alive--; running = 0 }
    :: atomic { state == READY && alive == 0 && !sent[1] && !sent[2] &&
                !sent[3] -> break }
    od
}

init { atomic { run engine(); run engine(); run agent() } }
