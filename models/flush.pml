/* How an engine writes history: claims by lease, and fenced flushes.

   One batch says that an attempt runs, and the attempt is sent. Answers of the
   database get lost, an engine freezes, clocks of engines are wrong.

   Guards, and what breaks without each:
   - write-ahead: an attempt is sent that no row tells of
   - flush-number: an engine gives up its run because an answer of the
     database was lost
   - claim-lease: a run is taken from an engine that is well
   - database-clock: an engine whose clock is ahead takes a run from one that
     is well

   Checked: assertions */

#define LEASE 2
#define END 5                  /* ticks of the database's clock */
#define SKEW 9                 /* by which the clock of engine 1 is ahead */

/* The database. */
byte now = 0;
byte epoch = 0, flush_no = 0, lease_until = 0;
bool written = false;          /* the row says that the attempt runs */
byte transitions = 0;          /* rows that tell it */

/* Engine processes are 0 and 1; 0 may freeze. */
bool frozen = false, froze = false;
byte losses = 0;
bool renewed[2];               /* the engine wrote something in this tick */
bool holds[2];

#ifdef NO_DATABASE_CLOCK
#define CLOCK (_pid == 1 -> now + SKEW : now)
#else
#define CLOCK now
#endif
#ifdef NO_CLAIM_LEASE
#define LAPSED true
#else
#define LAPSED (CLOCK >= lease_until)
#endif
#define FENCE (epoch == mine && flush_no == number)
/* It was committed before, and the answer was lost. */
#ifdef NO_FLUSH_NUMBER
#define DONE_BEFORE false
#else
#define DONE_BEFORE (epoch == mine && flush_no == number + 1)
#endif

inline lose_claim() { holds[_pid] = false; knows = false; known = false }

active [2] proctype engine() provided (_pid == 1 || !frozen)
{
    byte mine = 0, number = 0;
    bool knows = false;        /* it knows that the batch is durable */
    bool known = false;        /* the row said so when the run was claimed */

    do
    :: atomic { !holds[_pid] && epoch < 3 && LAPSED ->
           /* An engine that is well keeps its run. */
           assert(!holds[1 - _pid] || froze || now >= lease_until);
           epoch++; flush_no++; mine = epoch; number = flush_no;
           lease_until = now + LEASE; holds[_pid] = true;
           known = written; knows = written }

    /* The flush of the batch, in one transaction. */
    :: atomic { holds[_pid] && !known ->
           if
           :: FENCE ->
               assert(epoch == mine);      /* only the holder writes */
               flush_no++; transitions++; written = true;
               assert(transitions == 1);   /* a row is written once */
               lease_until = now + LEASE; renewed[_pid] = true;
               if
               :: number++; known = true; knows = true
               :: losses < 1 -> losses++   /* the answer is lost */
               fi
           :: !(FENCE) && DONE_BEFORE -> number++; known = true; knows = true
           :: !(FENCE) && !(DONE_BEFORE) ->
               /* Nobody else has it: then the claim was not lost. */
               assert(epoch != mine);
               lose_claim()
           fi }

    /* A renewal. */
    :: atomic { holds[_pid] && known && !renewed[_pid] ->
           if
           :: FENCE -> flush_no++; number++;
                       lease_until = now + LEASE; renewed[_pid] = true
           :: else -> lose_claim()
           fi }

    /* What is sent is written first. */
#ifdef NO_WRITE_AHEAD
    :: atomic { holds[_pid] -> assert(written) }
#else
    :: atomic { holds[_pid] && knows -> assert(written); knows = false }
#endif
    :: now == END -> break
    od
}

active proctype world()
{
    do
    /* An engine that is well writes in every tick. */
    :: atomic { now < END && (!holds[1] || renewed[1]) &&
                (!holds[0] || renewed[0] || frozen) ->
           now++; renewed[0] = false; renewed[1] = false }
    :: atomic { !froze -> frozen = true; froze = true }
    :: atomic { frozen -> frozen = false }
    :: now == END -> break
    od
}
