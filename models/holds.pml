/* Two runs that need the same node.

   Guards, and what breaks without each:
   - hold: two runs work on one node at once
   - superseded: an old run works on a node after a newer one

   Checked: assertions */

mtype = { NEW, ACTIVE, STOPPED, ENDED };

mtype state[3] = NEW;
byte held_by = 0;              /* the run that holds the node */
byte last = 0;                 /* the newest run that the node had */
byte resumes = 0;

#ifdef NO_HOLD
#define IS_FREE true
#else
#define IS_FREE (held_by == 0)
#endif
#ifdef NO_SUPERSEDED
#define MAY_RESUME true
#else
#define MAY_RESUME (last == me)
#endif

inline begin()
{
    assert(state[3 - me] != ACTIVE);   /* a node has one run at a time */
    assert(last <= me);                /* an old run does not come back */
    held_by = me; last = me; state[me] = ACTIVE
}

proctype run_of(byte me)
{
    do
    /* The run is inserted with its hold, in one transaction. */
    :: atomic { state[me] == NEW && IS_FREE && last < me -> begin() }
    :: atomic { state[me] == ACTIVE -> state[me] = STOPPED; held_by = 0 }
    :: atomic { state[me] == ACTIVE -> state[me] = ENDED; held_by = 0; break }
    :: atomic { state[me] == STOPPED && resumes < 2 && IS_FREE && MAY_RESUME ->
           resumes++; begin() }
    od
}

init { atomic { run run_of(1); run run_of(2) } }
